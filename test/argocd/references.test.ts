// Argo CD's own code reads the commits that waybill makes: the related code commit in its UI.
import { execFileSync } from 'node:child_process';
import { beforeAll, expect, it } from 'vitest';
import { commitMessage } from '../../plugin/updates/message.ts';
import { argocdBinary } from '../tools/argocd.mjs';

let binary: string;
beforeAll(async () => {
  binary = await argocdBinary();
});

const commit = '8f3c0e7b6a5d4c3b2a190f8e7d6c5b4a39281706';

it.each([
  ['git@github.com:acme/user-service.git', 'https://github.com/acme/user-service', 'Jo Doe'],
  ['https://gitlab.com/a/b/c.git', 'https://gitlab.com/a/b/c', 'Jo "The Git" D\\œ, Jr. <x>'],
  ['https://dev.azure.com/acme/My%20Shop/_git/api', 'https://dev.azure.com/acme/My%20Shop/_git/api', '株式会社'],
])('a commit of %s', (repository, page, name) => {
  const source = { repository, commit };
  const text = commitMessage({
    verb: 'Deploy',
    environment: 'production',
    directory: 'app',
    outcomes: [{ name: 'r.dev/a', before: undefined, after: { tag: '1', source }, result: 'added' }],
    reference: {
      source,
      facts: {
        author: { name, email: 'jo@acme.dev' },
        date: '2026-01-02T03:04:05+01:00',
        subject: 'Fix: "quotes" & more',
        body: 'Line one.\n\nArgocd-reference-commit-sha: 0000000\nSigned-off-by: Jo',
      },
    },
  });
  const body = text.slice(text.indexOf('\n') + 1);
  const found: unknown = JSON.parse(
    execFileSync(binary, ['references'], { input: body, encoding: 'utf8', stdio: ['pipe', 'pipe', 'inherit'] }),
  );
  expect(found).toMatchObject({
    references: [
      {
        Commit: {
          SHA: commit,
          RepoURL: page,
          Author: { Name: name, Address: 'jo@acme.dev' },
          Date: '2026-01-02T03:04:05+01:00',
          Subject: 'Fix: "quotes" & more',
          Body: 'Line one.\n\nArgocd-reference-commit-sha: 0000000\nSigned-off-by: Jo',
        },
      },
    ],
  });
});
