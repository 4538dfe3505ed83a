/**
 * Gitea and Forgejo: pull requests, comments of issues and commit statuses (https://docs.gitea.com/api/).
 */
import type { Json } from '../resources/json.ts';
import { digitsAt, listAt, stringAt } from '../resources/read-fields.ts';
import { differs, pages, type PreviewProvider, type PullRequest, readAt } from './provider.ts';

// There is no word for what has ended: a warning is no failure, and lets the commit be merged.
const words = { queued: 'pending', failure: 'failure', ended: 'warning' } as const;

function pullOf(value: Json): PullRequest {
  return {
    number: Number(digitsAt(value, 'number')),
    branch: stringAt(value, 'head', 'ref'),
    commit: stringAt(value, 'head', 'sha'),
    title: stringAt(value, 'title'),
    labels: listAt(value, 'labels').map((label) => stringAt(label, 'name')),
    isOpen: stringAt(value, 'state') === 'open',
    isFork: differs(digitsAt(value, 'head', 'repo_id'), digitsAt(value, 'base', 'repo_id')),
  };
}

export const gitea: PreviewProvider = {
  key: 'gitea',
  hasLabels: true,
  pullRequests({ repository: { owner, name }, ask, send }) {
    const repo = `/repos/${encodeURIComponent(owner)}/${encodeURIComponent(name)}`;
    return {
      get: async (number) => await readAt(ask, `${repo}/pulls/${number}`, pullOf),
      open: async () =>
        await pages(50, async (page) => {
          const query = { state: 'open', sort: 'oldest', limit: '50', page: `${page + 1}` };
          return listAt(await ask(`${repo}/pulls`, query)).map(pullOf);
        }),
      async ended() {
        const query = { state: 'closed', sort: 'recentupdate', limit: '50' };
        return listAt(await ask(`${repo}/pulls`, query)).map(pullOf);
      },
      async comments(number) {
        // All of them: this list has no pages.
        const comments = listAt(await ask(`${repo}/issues/${number}/comments`));
        return comments.map((one) => ({ id: digitsAt(one, 'id'), body: stringAt(one, 'body') }));
      },
      addComment: async (number, body) => await send('POST', `${repo}/issues/${number}/comments`, { body }),
      editComment: async (_number, id, body) => await send('PATCH', `${repo}/issues/comments/${id}`, { body }),
      setStatus: async (commit, { state, name: context, description, url }) =>
        await send('POST', `${repo}/statuses/${commit}`, {
          state: words[state],
          context,
          description,
          target_url: url,
        }),
      async unmark({ number }, label) {
        const labels = listAt(await ask(`${repo}/issues/${number}/labels`));
        for (const one of labels.filter((each) => stringAt(each, 'name') === label))
          await send('DELETE', `${repo}/issues/${number}/labels/${digitsAt(one, 'id')}`);
      },
    };
  },
};
