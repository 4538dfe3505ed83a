import { expect, it } from 'vitest';
import { nextPage } from './pages.ts';

const url = new URL('https://registry.acme.dev:5000/v2/acme/a/tags/list?n=1000');

it.each<[string | undefined, ReturnType<typeof nextPage>]>([
  [undefined, undefined],
  ['', undefined],
  ['</v2/acme/a/tags/list?last=b&n=2>; rel="next"', { path: '/v2/acme/a/tags/list?last=b&n=2' }],
  ['<https://registry.acme.dev:5000/v2/acme/a/tags/list?last=b>; rel="next"', { path: '/v2/acme/a/tags/list?last=b' }],
  ['<http://registry.acme.dev/v2/acme/a/tags/list?last=b>; rel=next', { path: '/v2/acme/a/tags/list?last=b' }],
  ['<?last=b%2Fc>; rel="next"', { path: '/v2/acme/a/tags/list?last=b%2Fc' }],
  ['<list?last=b>; rel="next"', { path: '/v2/acme/a/tags/list?last=b' }],
  ['</first>; rel="first", </v2/acme/a/tags/list?last=b>; rel="next"', { path: '/v2/acme/a/tags/list?last=b' }],
  ['</first>; rel="first"', undefined],
  [
    '<https://evil.example/v2/acme/a/tags/list>; rel="next"',
    { problem: 'its next page is at another host, evil.example' },
  ],
  ['<//evil.example/>; rel="next"', { problem: 'its next page is at another host, evil.example' }],
  ['<https://>; rel="next"', { problem: 'its Link header has no URL' }],
  ['no link', { problem: 'its Link header cannot be read: "no link"' }],
])('%s', (header, expected) => expect(nextPage(header, url)).toEqual(expected));
