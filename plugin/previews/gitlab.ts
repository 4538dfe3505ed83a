/**
 * GitLab: merge requests and notes (https://docs.gitlab.com/api/merge_requests/, https://docs.gitlab.com/api/notes/),
 * commit statuses (https://docs.gitlab.com/api/commits/#set-commit-pipeline-status) and environments
 * (https://docs.gitlab.com/api/environments/).
 */
import type { Json } from '../resources/json.ts';
import { digitsAt, listAt, stringAt, stringsAt } from '../resources/read-fields.ts';
import { differs, pages, type PreviewProvider, type PullRequest, readAt } from './provider.ts';

const words = { queued: 'pending', failure: 'failed', ended: 'canceled' } as const;

function pullOf(value: Json): PullRequest {
  return {
    number: Number(digitsAt(value, 'iid')),
    branch: stringAt(value, 'source_branch'),
    commit: stringAt(value, 'sha'),
    title: stringAt(value, 'title'),
    labels: stringsAt(value, 'labels'),
    isOpen: stringAt(value, 'state') === 'opened',
    isFork: differs(digitsAt(value, 'source_project_id'), digitsAt(value, 'target_project_id')),
  };
}

export const gitlab: PreviewProvider = {
  key: 'gitlab',
  hasLabels: true,
  pullRequests({ repository: { owner, name }, ask, send }) {
    const project = `/projects/${encodeURIComponent(`${owner}/${name}`)}`;
    const requests = `${project}/merge_requests`;
    return {
      get: async (number) => await readAt(ask, `${requests}/${number}`, pullOf),
      open: async () =>
        await pages(100, async (page) => {
          const query = { state: 'opened', order_by: 'created_at', sort: 'asc', per_page: '100', page: `${page + 1}` };
          return listAt(await ask(requests, query)).map(pullOf);
        }),
      async ended() {
        const query = { state: 'all', order_by: 'updated_at', sort: 'desc', per_page: '100' };
        return listAt(await ask(requests, query))
          .map(pullOf)
          .filter(({ isOpen }) => !isOpen);
      },
      comments: async (number) =>
        await pages(100, async (page) => {
          const query = { order_by: 'created_at', sort: 'asc', per_page: '100', page: `${page + 1}` };
          const notes = listAt(await ask(`${requests}/${number}/notes`, query));
          return notes.map((note) => ({ id: digitsAt(note, 'id'), body: stringAt(note, 'body') }));
        }),
      addComment: async (number, body) => await send('POST', `${requests}/${number}/notes`, { body }),
      editComment: async (number, id, body) => await send('PUT', `${requests}/${number}/notes/${id}`, { body }),
      setStatus: async (commit, { state, name: context, description, url }) =>
        await send('POST', `${project}/statuses/${commit}`, {
          state: words[state],
          name: context,
          description,
          target_url: url,
        }),
      unmark: async ({ number }, label) => await send('PUT', `${requests}/${number}`, { remove_labels: label }),
      async endEnvironment(environment) {
        const found = listAt(await ask(`${project}/environments`, { name: environment, states: 'available' }));
        for (const one of found) await send('POST', `${project}/environments/${digitsAt(one, 'id')}/stop`, {});
      },
    };
  },
};
