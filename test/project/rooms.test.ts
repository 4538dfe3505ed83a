/**
 * What the map promises of rooms: some things are done in one place only. An import elsewhere would be a second one.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const root = join(import.meta.dirname, '../../plugin');
const sources = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter(
  (path) => path.endsWith('.ts') && !/\.test\.ts$|\.generated\./u.test(path),
);

function whoHas(pattern: RegExp): string[] {
  return sources.filter((path) => pattern.test(readFileSync(join(root, path), 'utf8'))).toSorted();
}

it.each<[string, RegExp, string[]]>([
  [
    'requests over HTTP',
    /\brequest\b.*from 'node:https?'|from '(?:undici|node:http2)'|\bfetch\(['"`](?:http|\$)/u,
    ['http/transport.ts'],
  ],
  ['proxies', /from 'https?-proxy-agent'/u, ['http/transport.ts']],
  ['temporary folders', /\bmkdtempSync\(|\btmpdir\(\)/u, ['argocd/root.ts', 'files/temporary.ts']],
  ['the home folder and the cache', /\bhomedir\(\)|WAYBILL_CACHE: |\['WAYBILL_CACHE'\]/u, ['files/cache-folder.ts']],
  ['redaction', /'\$1\*\*\*|replaceAll\([^)]*'\*\*\*'/u, ['diagnostics/redact.ts']],
  ['the end of the process', /\bprocess\.exit\b|\bprocess\.exitCode\b/u, ['bin.ts']],
])('%s are in one place', (_what, pattern, places) => {
  expect(whoHas(pattern)).toEqual(places);
});
