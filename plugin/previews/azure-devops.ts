/**
 * Azure DevOps: pull requests, their threads and labels, commit statuses
 * (https://learn.microsoft.com/rest/api/azure/devops/git/).
 */
import type { Json } from '../resources/json.ts';
import { digitsAt, fieldAt, listAt, stringAt } from '../resources/read-fields.ts';
import { pages, type PreviewProvider, type PullRequest } from './provider.ts';

const words = { queued: 'pending', failure: 'failed', ended: 'notApplicable' } as const;
const version = { 'api-version': '7.1' };

function pullOf(value: Json): PullRequest {
  return {
    number: Number(digitsAt(value, 'pullRequestId')),
    branch: stringAt(value, 'sourceRefName').replace(/^refs\/heads\//u, ''),
    commit: stringAt(value, 'lastMergeSourceCommit', 'commitId'),
    title: stringAt(value, 'title'),
    labels: listAt(value, 'labels').map((label) => stringAt(label, 'name')),
    isOpen: stringAt(value, 'status') === 'active',
    isFork: fieldAt(value, 'forkSource') !== undefined,
  };
}

export const azureDevOps: PreviewProvider = {
  key: 'azure-devops',
  hasLabels: true,
  pullRequests({ repository: { owner, name }, ask, send }) {
    const project = owner.split('/').map(encodeURIComponent).join('/');
    const repo = `/${project}/_apis/git/repositories/${encodeURIComponent(name)}`;
    const requests = `${repo}/pullRequests`;
    const after = '?api-version=7.1';
    const list = async (status: string, top: string, skip = '0'): Promise<PullRequest[]> => {
      const query = { 'searchCriteria.status': status, $top: top, $skip: skip, ...version };
      return listAt(await ask(`${repo}/pullrequests`, query), 'value').map(pullOf);
    };
    return {
      async get(number) {
        const value = await ask(`${repo}/pullrequests/${number}`, version);
        if (value === undefined) return undefined;
        // The answer about one pull request leaves its labels out.
        const labels = listAt(await ask(`${requests}/${number}/labels`, version), 'value');
        return { ...pullOf(value), labels: labels.map((label) => stringAt(label, 'name')) };
      },
      open: async () => await pages(100, async (page) => await list('active', '100', `${page * 100}`)),
      ended: async () => (await Promise.all([list('completed', '50'), list('abandoned', '50')])).flat(),
      async comments(number) {
        const threads = listAt(await ask(`${requests}/${number}/threads`, version), 'value');
        return threads
          .flatMap((thread) =>
            listAt(thread, 'comments').map((one) => ({
              id: `${digitsAt(thread, 'id')}/comments/${digitsAt(one, 'id')}`,
              body: stringAt(one, 'content'),
              thread: Number(digitsAt(thread, 'id')),
            })),
          )
          .toSorted((a, b) => a.thread - b.thread)
          .map(({ id, body }) => ({ id, body }));
      },
      addComment: async (number, content) =>
        await send('POST', `${requests}/${number}/threads${after}`, {
          comments: [{ parentCommentId: 0, content, commentType: 'text' }],
          // An open thread would have to be resolved before the merge.
          status: 'closed',
        }),
      editComment: async (number, id, content) =>
        await send('PATCH', `${requests}/${number}/threads/${id}${after}`, { content }),
      setStatus: async (commit, { state, name: context, description, url }) =>
        await send('POST', `${repo}/commits/${commit}/statuses${after}`, {
          state: words[state],
          description,
          targetUrl: url,
          context: { genre: 'argocd', name: context },
        }),
      unmark: async ({ number }, label) =>
        await send('DELETE', `${requests}/${number}/labels/${encodeURIComponent(label)}${after}`),
    };
  },
};
