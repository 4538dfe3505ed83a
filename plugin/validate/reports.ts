/**
 * What the source commits will hear: images whose deployments nobody hears of, and applications that would overwrite
 * each other's reports.
 */
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { joinPath } from '../files/path.ts';
import { parseRecordName } from '../record/name.ts';
import { splitReference } from '../references/reference.ts';
import { identify } from '../resources/resource.ts';
import type { Checked } from './validate.ts';

/** `in production, staging`; nothing when the application has no environments. */
function whereFrom(environments: readonly (string | undefined)[]): string {
  const names = environments.filter((name) => name !== undefined);
  return names.length === 0 ? '' : ` (${names.join(', ')})`;
}

/** One warning for an application that deploys images whose source commit is unknown, listing them with the environments. */
export function unreportedImages(checked: readonly Checked[]): Diagnostic[] {
  const byDirectory = new Map<string, Map<string, Set<string | undefined>>>();
  for (const { directory, environment, result } of checked) {
    for (const { reference, source } of result?.images ?? []) {
      if (source) continue;
      const images = byDirectory.get(directory) ?? new Map<string, Set<string | undefined>>();
      byDirectory.set(directory, images);
      const { name } = splitReference(reference);
      images.set(name, (images.get(name) ?? new Set()).add(environment));
    }
  }
  return [...byDirectory].map(([directory, images]) => ({
    severity: 'warning',
    code: 'image-unreported',
    message: `deployments of ${images.size === 1 ? 'an image' : `${images.size} images`} are reported to nobody`,
    location: { file: joinPath(directory, 'waybill.yaml') },
    help: [
      ...[...images].map(([name, environments]) => `${name}${whereFrom([...environments])}`),
      'Their source commit is not known: give it in the lock, or declare sourceRepository and commitFromTag.',
    ],
  }));
}

/**
 * One warning for each pair of repository and reported environment that more than one application writes to: GitHub
 * shows one deployment for each commit and environment, so the last report would stand for all of them.
 */
export function sharedEnvironments(checked: readonly Checked[]): Diagnostic[] {
  const users = new Map<string, { readonly where: string; readonly directories: Set<string> }>();
  for (const { directory, result } of checked) {
    for (const { body } of result?.resources ?? []) {
      const record = parseRecordName(identify(body).name);
      if (!record) continue;
      const repository = `${record.owner}/${record.repository}`;
      const key = `${repository} ${record.environment}`;
      const entry = users.get(key) ?? {
        where: `environment ${record.environment} of ${repository}`,
        directories: new Set(),
      };
      entry.directories.add(directory);
      users.set(key, entry);
    }
  }
  return [...users.values()].flatMap(({ where, directories }) => {
    const [first, ...others] = [...directories].sort();
    if (first === undefined || others.length === 0) return [];
    return [
      {
        severity: 'warning',
        code: 'environment-shared',
        message: `${directories.size} applications report to ${where}: ${[first, ...others].join(', ')}`,
        location: { file: joinPath(first, 'waybill.yaml') },
        help: ['Their reports overwrite each other. Set reportAs: "{{ environment }}/{{ app.name }}" in each.'],
      },
    ];
  });
}
