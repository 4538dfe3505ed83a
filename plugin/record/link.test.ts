import { expect, it } from 'vitest';
import { linkURL } from './link.ts';

it.each<[string, string | undefined]>([
  ['https://ci.acme.dev/run/1?a=b#c', 'https://ci.acme.dev/run/1?a=b#c'],
  ['http://ci.acme.dev/my project', 'http://ci.acme.dev/my%20project'],
  ['https://user:token@ci.acme.dev/run', 'https://ci.acme.dev/run'],
  ['https://ci.acme.dev/a|https://evil.example', 'https://ci.acme.dev/a%7Chttps://evil.example'],
  ['https://ci.acme.dev/a\nb\u001B[31m\u202E', 'https://ci.acme.dev/ab%1B[31m%E2%80%AE'],
  ['javascript:alert(1)', undefined],
  ['JavaScript://ci.acme.dev/%0Aalert(1)', undefined],
  ['data:text/html,https://x', undefined],
  [' https://ci.acme.dev', undefined],
  ['https://', undefined],
  ['run 7', undefined],
])('%j', (text, link) => expect(linkURL(text)).toBe(link));
