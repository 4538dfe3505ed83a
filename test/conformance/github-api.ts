/** GitHub's published description of its REST API. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { EngineReport } from '../../plugin/schemas/engine.generated.ts';
import { readJsonObjects } from '../../plugin/notifications/replay/json-values.ts';
import { createCheck } from './api-description.ts';
import { sent } from './told.ts';

function load(name: string): ReturnType<typeof createCheck> {
  // The package's main file would read all of its descriptions, 400 MB.
  const file = createRequire(import.meta.url).resolve(`@octokit/openapi/generated/${name}.json`);
  const [document] = readJsonObjects(readFileSync(file, 'utf8'), name);
  return createCheck({ document: document?.value ?? {}, base: 'https://api.github.com' });
}

let check: ReturnType<typeof createCheck> | undefined;

/** What is wrong with a report's requests to GitHub, by GitHub's own description. */
export function githubProblems(report: EngineReport): string[] {
  check ??= load('api.github.com');
  const known = check;
  return sent(report)
    .filter(({ request }) => request.call)
    .flatMap(({ request }) => known(request));
}
