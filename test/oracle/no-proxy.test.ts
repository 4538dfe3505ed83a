import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { proxyFor } from '../../plugin/http/proxy.ts';
import { type Oracle, startOracle } from '../tools/oracle.ts';

let oracle: Oracle;
beforeAll(async () => {
  oracle = await startOracle();
});
afterAll(() => oracle.close());

it('spares the hosts that Go spares', async () => {
  const host = fc.constantFrom(
    'acme.dev',
    'registry.acme.dev',
    'a.registry.acme.dev',
    'notacme.dev',
    'localhost',
    '127.0.0.1',
    '127.8.9.1',
    '10.1.2.3',
    '11.1.2.3',
    '[::1]',
    '[fd00::7]',
    '[fd01::7]',
    'REGISTRY.acme.dev',
  );
  const port = fc.constantFrom('', ':443', ':80', ':5000');
  const entry = fc.constantFrom(
    '*',
    'acme.dev',
    '.acme.dev',
    '*.acme.dev',
    'ACME.dev',
    'acme.dev:5000',
    'registry.acme.dev:443',
    '*acme.dev',
    '10.0.0.0/8',
    '10.0.0.0/33',
    '10.1.2.3',
    '10.1.2.3:5000',
    'fd00::/16',
    'fd00::7',
    '[fd00::7]:5000',
    '',
    ' ',
    '/',
    ':',
    '.',
  );
  const lists = fc.array(entry, { maxLength: 3 }).map((entries) => entries.join(','));
  const proxies = fc.constantFrom('', 'http://proxy.acme.dev:3128', 'proxy.acme.dev:3128', 'https://user:pw@proxy:1');
  await fc.assert(
    fc.asyncProperty(fc.boolean(), host, port, proxies, proxies, lists, async (secure, host, port, http, https, no) => {
      const url = `${secure ? 'https' : 'http'}://${host}${port}/v2/`;
      const env = { HTTP_PROXY: http, HTTPS_PROXY: https, NO_PROXY: no };
      expect({ result: proxyFor(new URL(url), env) ?? '' }).toEqual(
        await oracle.ask({ op: 'proxy', url, http, https, no }),
      );
    }),
    { numRuns: 3000 },
  );
});
