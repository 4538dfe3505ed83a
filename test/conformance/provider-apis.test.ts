import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../plugin/resources/json.ts';
import { providerBases, providerCheck, type ProviderName } from './provider-apis.ts';

const sha = '8f3c0e7b6a5d4c3b2a190f8e7d6c5b4a39281706';
const link = 'https://ci.acme.dev/1';

/** A status as each provider takes it. */
const statuses: readonly [ProviderName, string, JsonObject][] = [
  ['github', `/repos/acme/web/statuses/${sha}`, { state: 'success', context: 'tests/web', target_url: link }],
  ['gitlab', `/projects/acme%2Fweb/statuses/${sha}`, { state: 'success', name: 'tests/web', target_url: link }],
  [
    'bitbucket-cloud',
    `/repositories/acme/web/commit/${sha}/statuses/build`,
    { state: 'SUCCESSFUL', key: 'k', name: 'tests/web', url: link },
  ],
  [
    'bitbucket-data-center',
    `/projects/ACME/repos/web/commits/${sha}/builds`,
    { state: 'SUCCESSFUL', key: 'tests/web', url: link },
  ],
  [
    'azure-devops',
    `/acme/shop/_apis/git/repositories/web/commits/${sha}/statuses?api-version=7.1`,
    { state: 'succeeded', context: { genre: 'waybill', name: 'tests/web' }, targetUrl: link },
  ],
  ['gitea', `/repos/acme/web/statuses/${sha}`, { state: 'success', context: 'tests/web', target_url: link }],
];

describe.each(statuses)('%s', (name, path, body) => {
  const problems = (to: string, sent: JsonObject): string[] =>
    providerCheck(name)({ method: 'POST', url: providerBases[name] + to, headers: {}, body: sent, status: 200 });

  it('takes a status, and nothing that is not described', () => {
    expect(problems(path, body)).toEqual([]);
    expect(problems(path, { ...body, state: 'fine' })).not.toEqual([]);
    expect(problems(path, { ...body, colour: 'green' })).not.toEqual([]);
    expect(problems(path.replace('status', 'stat').replace('builds', 'build'), body)).not.toEqual([]);
  });
});
