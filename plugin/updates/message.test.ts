import { describe, expect, it } from 'vitest';
import { commitMessage } from './message.ts';
import type { ImageOutcome } from './outcome.ts';

const commit = '8f3c0e7b6a5d4c3b2a190f8e7d6c5b4a39281706';
const source = { repository: 'git@github.com:acme/user-service.git', commit };
const one: ImageOutcome = {
  name: 'ghcr.io/acme/user-service',
  before: { tag: '1.0' },
  after: { tag: '1.1', source },
  result: 'changed',
};

describe('commitMessage', () => {
  it('says what, where, why, and what Argo CD reads', () => {
    const text = commitMessage({
      verb: 'Deploy',
      environment: 'production',
      directory: 'apps/user-service',
      outcomes: [one, { name: 'nginx', before: undefined, after: { digest: 'sha256:0' }, result: 'added' }],
      trigger: 'https://ci.acme.dev/1',
      reference: {
        source,
        facts: {
          author: { name: 'Jo "J" Dœ', email: 'jo@acme.dev' },
          date: '2026-01-02T03:04:05+01:00',
          subject: 'Fix\nit',
          body: 'Because.\n\nSigned-off-by: Jo',
        },
      },
    });
    expect(text).toBe(`Deploy user-service, nginx to production

ghcr.io/acme/user-service: 1.0 -> 1.1
  git@github.com:acme/user-service.git at ${commit}
nginx: none -> @sha256:0

Environment: production
Application: apps/user-service
Trigger: https://ci.acme.dev/1

Argocd-reference-commit-repourl: https://github.com/acme/user-service
Argocd-reference-commit-sha: ${commit}
Argocd-reference-commit-author: "Jo \\"J\\" Dœ" <jo@acme.dev>
Argocd-reference-commit-date: 2026-01-02T03:04:05+01:00
Argocd-reference-commit-subject: Fix it
Argocd-reference-commit-body: "Because.\\n\\nSigned-off-by: Jo"
Waybill-Environment: production
`);
  });

  it('keeps subjects short', () => {
    const outcomes = Array.from(
      { length: 30 },
      (_, index): ImageOutcome => ({ ...one, name: `r.dev/service-${index}` }),
    );
    const [subject = ''] = commitMessage({ verb: 'Deploy', environment: 'production', directory: '', outcomes }).split(
      '\n',
    );
    expect(subject).toBe('Deploy service-0, service-1, service-2 and 27 more to production');
    expect(subject.length).toBeLessThanOrEqual(72);
  });

  it('leaves out what is not known', () => {
    expect(
      commitMessage({
        verb: 'Deploy',
        environment: undefined,
        directory: '',
        outcomes: [{ ...one, after: { tag: '2' } }],
      }),
    ).toBe('Deploy user-service\n\nghcr.io/acme/user-service: 1.0 -> 2\n');
  });
});
