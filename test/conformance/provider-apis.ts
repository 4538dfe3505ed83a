/**
 * What Git providers' published API descriptions say of requests: GitHub's own, for the others excerpts that were written
 * by hand from their documentation (descriptions/), since no package has them.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readJsonObjects } from '../../plugin/notifications/replay/json-values.ts';
import type { EngineRequest } from '../../plugin/schemas/engine.generated.ts';
import { createCheck } from './api-description.ts';
import { githubDescription } from './github-api.ts';

/** Providers, and where the paths of their descriptions begin unless a server has them elsewhere. */
export const providerBases = {
  github: 'https://api.github.com',
  gitlab: 'https://gitlab.com/api/v4',
  'bitbucket-cloud': 'https://api.bitbucket.org/2.0',
  'bitbucket-data-center': 'https://bitbucket.acme.dev/rest/api/latest',
  'azure-devops': 'https://dev.azure.com',
  gitea: 'https://git.acme.dev/api/v1',
} as const;

/** The name of a provider. */
export type ProviderName = keyof typeof providerBases;

const checks = new Map<string, (request: EngineRequest) => string[]>();

/** What is wrong with a request to a provider at `base`, in lines. */
export function providerCheck(
  name: ProviderName,
  base: string = providerBases[name],
): (request: EngineRequest) => string[] {
  if (name === 'github') return githubDescription().check;
  const known = checks.get(name + base);
  if (known) return known;
  const file = join(import.meta.dirname, 'descriptions', `${name}.json`);
  const [document] = readJsonObjects(readFileSync(file, 'utf8'), file);
  const check = createCheck({ document: document?.value ?? {}, base });
  checks.set(name + base, check);
  return check;
}
