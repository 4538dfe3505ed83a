/**
 * handback.yaml: read once and checked by its schema, with what each pattern needs found by name.
 */
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { Failure, failure } from '../diagnostics/failure.ts';
import type { HandbackFile } from '../schemas/handback.generated.ts';
import { validate } from '../schemas/handback.validate.generated.js';
import { check, type Locate } from '../schemas/problems.ts';
import { readYaml } from '../yaml/read.ts';
import { checkReadings } from '../yaml/two-readings.ts';
import { checkApplications } from './applications.ts';

/** A configuration and where its parts are written. */
export interface HandbackConfig {
  readonly file: HandbackFile;
  readonly locate: Locate;
}

/** The parts that are needed by some patterns only. */
type OptionalPart = 'events' | 'jenkins' | 'webhook' | 'argocd' | 'github' | 'gitlab';

/** Two applications of one name would write the same files. */
function repeated({ applications }: HandbackFile, locate: Locate): Diagnostic[] {
  return applications.flatMap(({ name }, index) => {
    const first = applications.findIndex((one) => one.name === name);
    if (first === index) return [];
    return [
      {
        severity: 'error',
        code: 'handback-config',
        message: `there are two applications ${name}`,
        location: locate(['applications', index, 'name']),
        help: ['Give each application once, with all its environments.'],
      },
    ];
  });
}

/** Reads handback.yaml. Failure `handback-config` with every mistake, located; `yaml-syntax`. */
export function readHandbackConfig(text: string, file: string): HandbackConfig {
  const [document, second] = readYaml(text, { file, duplicateKeys: 'error' });
  checkReadings(text, file);
  if (!document || second) {
    throw failure('handback-config', document ? 'there is a second document' : 'the file is empty', {
      location: { file, line: second?.line ?? 1 },
      help: ['A hand-back file is one document of kind Handback: see docs/handback/README.md.'],
    });
  }
  const locate: Locate = (path, what) => document.locate(path, what);
  const checked = check(validate, document.value, locate, 'handback-config');
  const problems = [...repeated(checked, locate), ...checkApplications(checked, locate)];
  if (problems.length > 0) throw new Failure(problems);
  return { file: checked, locate };
}

/** A part that the pattern cannot do without. Failure `handback-missing` that names the pattern and the key. */
export function need<Key extends OptionalPart>(
  { file, locate }: HandbackConfig,
  pattern: string,
  key: Key,
): NonNullable<HandbackFile[Key]> {
  const part = file[key];
  if (part !== undefined) return part;
  throw failure('handback-missing', `the pattern ${pattern} needs ${key}`, {
    location: locate([]),
    help: [`Add ${key}: to this file; \`waybill schema handback\` says what it takes.`],
  });
}

/** Argo CD's address. Failure `handback-missing`. */
export function argocdURL(config: HandbackConfig, pattern: string): string {
  const { url } = need(config, pattern, 'argocd');
  if (url !== undefined) return url;
  throw failure('handback-missing', `the pattern ${pattern} needs argocd.url`, {
    location: config.locate(['argocd']),
    help: ["Add the address of Argo CD's user interface: statuses link to it."],
  });
}
