/**
 * Verification as JSON (docs/verify.md documents the shape) and as rows of a table.
 */
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { shortVersion } from '../updates/outcome.ts';
import { checkNames, type CheckState } from './finding.ts';
import type { Verified } from './verify.ts';

function finding({ code, message, location, help }: Diagnostic) {
  return { code, message, file: location?.file, line: location?.line, column: location?.column, help: help ?? [] };
}

/** One entry as an object for JSON. Keys without a value are left out. */
export function entryJson({ subject, checks }: Verified): object {
  const { application, environment, entry, reference } = subject;
  const { file, line } = entry.locate();
  return {
    application,
    environment,
    name: entry.name,
    reference,
    file,
    line,
    verified: checkNames.every((name) => checks[name].state === 'ok' || checks[name].state === 'nothing'),
    checks: Object.fromEntries(checkNames.map((name) => [name, checks[name].state])),
    findings: checkNames.flatMap((name) => checks[name].diagnostics.map((one) => ({ check: name, ...finding(one) }))),
  };
}

const words: Readonly<Record<CheckState, string>> = {
  ok: 'ok',
  wrong: 'WRONG',
  'not-verified': 'not verified',
  nothing: '-',
};

/** The heading of {@link entryRow}. */
export const heading = [
  'APPLICATION',
  'ENVIRONMENT',
  'IMAGE',
  'VERSION',
  ...checkNames.map((one) => one.toUpperCase()),
];

/** One entry as a row of a table. */
export function entryRow({ subject, checks }: Verified): string[] {
  const { application, environment, entry, name } = subject;
  const { tag, digest } = entry;
  const version = tag === undefined ? shortVersion({ digest: digest?.slice(0, 'sha256:'.length + 12) }) : tag;
  return [application || '.', environment, name, version, ...checkNames.map((one) => words[checks[one].state])];
}
