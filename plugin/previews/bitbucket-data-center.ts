/**
 * Bitbucket Data Center: pull requests and build statuses (https://developer.atlassian.com/server/bitbucket/rest/).
 */
import type { Json } from '../resources/json.ts';
import { digitsAt, fieldAt, listAt, stringAt } from '../resources/read-fields.ts';
import { differs, pages, type PreviewProvider, type PullRequest, readAt, titleWithout } from './provider.ts';

const words = { queued: 'INPROGRESS', failure: 'FAILED', ended: 'CANCELLED' } as const;

function repositoryOf(reference: Json | undefined): string {
  return `${stringAt(reference, 'repository', 'project', 'key')}/${stringAt(reference, 'repository', 'slug')}`;
}

function pullOf(value: Json): PullRequest {
  return {
    number: Number(digitsAt(value, 'id')),
    branch: stringAt(value, 'fromRef', 'displayId'),
    commit: stringAt(value, 'fromRef', 'latestCommit'),
    title: stringAt(value, 'title'),
    labels: [],
    isOpen: stringAt(value, 'state') === 'OPEN',
    isFork: differs(repositoryOf(fieldAt(value, 'fromRef')), repositoryOf(fieldAt(value, 'toRef'))),
  };
}

/** Comments and what else changes carry the number of the version that they change. */
function versionAt(value: Json | undefined): number {
  return Number(digitsAt(value, 'version'));
}

export const bitbucketDataCenter: PreviewProvider = {
  key: 'bitbucket-data-center',
  hasLabels: false,
  pullRequests({ repository: { owner, name }, ask, send }) {
    const repo = `/projects/${encodeURIComponent(owner)}/repos/${encodeURIComponent(name)}`;
    const requests = `${repo}/pull-requests`;
    return {
      get: async (number) => await readAt(ask, `${requests}/${number}`, pullOf),
      open: async () =>
        await pages(100, async (page) => {
          const query = { state: 'OPEN', order: 'OLDEST', limit: '100', start: `${page * 100}` };
          return listAt(await ask(requests, query), 'values').map(pullOf);
        }),
      async ended() {
        const answers = await Promise.all(
          ['MERGED', 'DECLINED'].map(async (state) => await ask(requests, { state, order: 'NEWEST', limit: '50' })),
        );
        return answers.flatMap((answer) => listAt(answer, 'values').map(pullOf));
      },
      async comments(number) {
        const found = await pages(100, async (page) => {
          const query = { limit: '100', start: `${page * 100}` };
          return listAt(await ask(`${requests}/${number}/activities`, query), 'values');
        });
        // The newest is first.
        return found
          .filter((one) => stringAt(one, 'action') === 'COMMENTED' && stringAt(one, 'commentAction') === 'ADDED')
          .map((one) => ({ id: digitsAt(one, 'comment', 'id'), body: stringAt(one, 'comment', 'text') }))
          .toReversed();
      },
      addComment: async (number, text) => await send('POST', `${requests}/${number}/comments`, { text }),
      async editComment(number, id, text) {
        const path = `${requests}/${number}/comments/${id}`;
        await send('PUT', path, { text, version: versionAt(await ask(path)) });
      },
      setStatus: async (commit, { state, name: key, description, url }) =>
        await send('POST', `${repo}/commits/${commit}/builds`, {
          key,
          name: key,
          state: words[state],
          url,
          description,
        }),
      async unmark({ number }, label) {
        const now = await ask(`${requests}/${number}`);
        // Reviewers that are left out are taken away.
        const reviewers = listAt(now, 'reviewers').map((one) => ({ user: { name: stringAt(one, 'user', 'name') } }));
        await send('PUT', `${requests}/${number}`, {
          version: versionAt(now),
          title: titleWithout(stringAt(now, 'title'), label),
          description: stringAt(now, 'description'),
          reviewers,
        });
      },
    };
  },
};
