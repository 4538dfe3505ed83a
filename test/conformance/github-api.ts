/** GitHub's published description of its REST API. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { EngineReport, EngineRequest } from '../../plugin/schemas/engine.generated.ts';
import { readJsonObjects } from '../../plugin/notifications/replay/json-values.ts';
import { createCheck, createMatch } from './api-description.ts';
import { sent } from './sent-requests.ts';

/** GitHub's description, ready to check with. */
interface Description {
  /** What is wrong with a request, in lines. */
  readonly check: (request: EngineRequest) => string[];
  /** What is wrong with a value that should be of this schema, in lines. */
  readonly matches: (schema: string, value: unknown) => string[];
}

function load(name: string): Description {
  // The package's main file would read all of its descriptions, 400 MB.
  const file = createRequire(import.meta.url).resolve(`@octokit/openapi/generated/${name}.json`);
  const [document] = readJsonObjects(readFileSync(file, 'utf8'), name);
  const described = { document: document?.value ?? {}, base: 'https://api.github.com' };
  return { check: createCheck(described), matches: createMatch(described) };
}

let description: Description | undefined;

/** GitHub's description; it is read once. */
export function githubDescription(): Description {
  description ??= load('api.github.com');
  return description;
}

/** What is wrong with a report's requests to GitHub, by GitHub's own description. */
export function githubProblems(report: EngineReport): string[] {
  const { check } = githubDescription();
  return sent(report)
    .filter(({ request }) => request.call)
    .flatMap(({ request }) => check(request));
}
