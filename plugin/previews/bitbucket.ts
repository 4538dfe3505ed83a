/**
 * Bitbucket Cloud: pull requests (https://developer.atlassian.com/cloud/bitbucket/rest/api-group-pullrequests/) and
 * build statuses.
 */
import { createHash } from 'node:crypto';
import type { Json } from '../resources/json.ts';
import { digitsAt, listAt, stringAt } from '../resources/read-fields.ts';
import { differs, pages, type PreviewProvider, type PullRequest, readAt, titleWithout } from './provider.ts';

const words = { queued: 'INPROGRESS', failure: 'FAILED', ended: 'STOPPED' } as const;

function pullOf(value: Json): PullRequest {
  return {
    number: Number(digitsAt(value, 'id')),
    branch: stringAt(value, 'source', 'branch', 'name'),
    commit: stringAt(value, 'source', 'commit', 'hash'),
    title: stringAt(value, 'title'),
    labels: [],
    isOpen: stringAt(value, 'state') === 'OPEN',
    isFork: differs(
      stringAt(value, 'source', 'repository', 'full_name'),
      stringAt(value, 'destination', 'repository', 'full_name'),
    ),
  };
}

export const bitbucket: PreviewProvider = {
  key: 'bitbucket',
  hasLabels: false,
  pullRequests({ repository: { owner, name }, ask, send }) {
    const repo = `/repositories/${encodeURIComponent(owner)}/${encodeURIComponent(name)}`;
    const requests = `${repo}/pullrequests`;
    return {
      get: async (number) => await readAt(ask, `${requests}/${number}`, pullOf),
      open: async () =>
        await pages(50, async (page) => {
          const answer = await ask(requests, { state: 'OPEN', sort: 'id', pagelen: '50', page: `${page + 1}` });
          return listAt(answer, 'values').map(pullOf);
        }),
      async ended() {
        const answer = await ask(requests, { q: 'state != "OPEN"', sort: '-updated_on', pagelen: '50' });
        return listAt(answer, 'values').map(pullOf);
      },
      comments: async (number) =>
        await pages(100, async (page) => {
          const query = { sort: 'created_on', pagelen: '100', page: `${page + 1}` };
          const answer = await ask(`${requests}/${number}/comments`, query);
          return listAt(answer, 'values').map((one) => ({
            id: digitsAt(one, 'id'),
            body: stringAt(one, 'content', 'raw'),
          }));
        }),
      addComment: async (number, raw) => await send('POST', `${requests}/${number}/comments`, { content: { raw } }),
      editComment: async (number, id, raw) =>
        await send('PUT', `${requests}/${number}/comments/${id}`, { content: { raw } }),
      setStatus: async (commit, { state, name: context, description, url }) =>
        await send('POST', `${repo}/commit/${commit}/statuses/build`, {
          // At most 40 characters; the same as in Argo CD's notifications.
          key: createHash('sha1').update(context).digest('hex'),
          name: context,
          state: words[state],
          url,
          description,
        }),
      unmark: async ({ number, title }, label) =>
        await send('PUT', `${requests}/${number}`, { title: titleWithout(title, label) }),
    };
  },
};
