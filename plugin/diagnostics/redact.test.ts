import { expect, it } from 'vitest';
import { redact } from './redact.ts';

const token = `ghp_${'a1'.repeat(18)}`;
const jwt = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl';

it.each([
  [
    "fatal: unable to access 'https://ci:hunter2@github.com/a/b/'",
    "fatal: unable to access 'https://***@github.com/a/b/'",
  ],
  [`https://${token}@github.com/a/b`, 'https://***@github.com/a/b'],
  ['HTTPS://u:p@h HTTP://u:p@h', 'HTTPS://***@h HTTP://***@h'],
  ['ssh://git@github.com/a/b and git@github.com:a/b', 'ssh://git@github.com/a/b and git@github.com:a/b'],
  ['ssh://git:secret@host/a', 'ssh://git:***@host/a'],
  ['http.extraHeader=Authorization: Basic dTpw', 'http.extraHeader=Authorization: Basic ***'],
  ["curl -H 'Proxy-Authorization: Bearer abc'", "curl -H 'Proxy-Authorization: Bearer ***'"],
  [`WWW-Authenticate: Bearer ${'x'.repeat(30)}`, 'WWW-Authenticate: ***'],
  [`token ${jwt} refused`, 'token *** refused'],
  [`GITHUB_TOKEN=${token}`, 'GITHUB_TOKEN=***'],
  [`glpat-${'x'.repeat(20)}`, '***'],
  [
    'write to a@b.de about https://acme.dev/a@b, or basic authentication',
    'write to a@b.de about https://acme.dev/a@b, or basic authentication',
  ],
])('%s', (text, shown) => {
  expect(redact(text)).toBe(shown);
});

it('takes out what is known in each of its forms', () => {
  const secret = 'p@ss word';
  const text = `${secret} ${encodeURIComponent(secret)} ${Buffer.from(secret).toString('base64')}`;
  expect(redact(text, [secret, ''])).toBe('*** *** ***');
});
