/**
 * What the source commits will hear: images whose deployments nobody hears of, and applications that would overwrite
 * each other's reports.
 */
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { parseRecordName } from '../record/name.ts';
import type { Checked } from './validate.ts';

/** `in production, staging`; nothing when the application has no environments. */
function whereFrom(environments: readonly (string | undefined)[]): string {
  const names = environments.filter((name) => name !== undefined);
  return names.length === 0 ? '' : ` (${names.join(', ')})`;
}

/** One warning for all images whose source commit is unknown, listing them with the environments. */
export function unreportedImages(checked: readonly Checked[]): Diagnostic[] {
  const byFile = new Map<string, Map<string, Set<string | undefined>>>();
  for (const { file, environment, result } of checked) {
    for (const name of result?.unreported ?? []) {
      const images = byFile.get(file) ?? new Map<string, Set<string | undefined>>();
      byFile.set(file, images);
      images.set(name, (images.get(name) ?? new Set()).add(environment));
    }
  }
  const [first] = byFile.keys();
  if (first === undefined) return [];
  const images = [...byFile].flatMap(([file, names]) =>
    [...names].map(([name, environments]) => {
      const inFile = byFile.size === 1 ? '' : `${file}: `;
      return `${inFile}${name}${whereFrom([...environments])}`;
    }),
  );
  return [
    {
      severity: 'warning',
      code: 'image-unreported',
      message: `deployments of ${images.length === 1 ? 'an image' : `${images.length} images`} are not reported`,
      location: { file: first },
      help: [
        ...images,
        "Their source commit is not known. CI's next waybill images set writes it; or declare sourceRepository and commitFromTag.",
        'Declare third-party images with thirdParty: true.',
      ],
    },
  ];
}

/**
 * Which applications write deployments of a repository into an environment of GitHub: by `owner/repository
 * environment`; each application's directory with the file that describes it.
 */
function writers(
  checked: readonly Checked[],
): ReadonlyMap<string, { repository: string; environment: string; directories: Map<string, string> }> {
  const found = new Map<string, { repository: string; environment: string; directories: Map<string, string> }>();
  for (const { directory, file, result } of checked) {
    for (const name of result?.records ?? []) {
      const record = parseRecordName(name);
      if (!record) continue;
      const repository = `${record.owner}/${record.repository}`;
      const key = `${repository} ${record.environment}`;
      const entry = found.get(key) ?? { repository, environment: record.environment, directories: new Map() };
      entry.directories.set(directory, file);
      found.set(key, entry);
    }
  }
  return found;
}

/**
 * One warning for each group of applications that write to the same environments of one repository: GitHub shows one
 * deployment for each commit and environment, so the last report would stand for all of them.
 */
export function sharedEnvironments(checked: readonly Checked[]): Diagnostic[] {
  const groups = new Map<
    string,
    { repository: string; file: string; directories: readonly string[]; environments: string[] }
  >();
  for (const { repository, environment, directories } of writers(checked).values()) {
    if (directories.size < 2) continue;
    const sorted = [...directories.keys()].sort();
    const key = [repository, ...sorted].join('\0');
    const group = groups.get(key) ?? {
      repository,
      file: directories.get(sorted[0] ?? '') ?? '',
      directories: sorted,
      environments: [],
    };
    group.environments.push(environment);
    groups.set(key, group);
  }
  return [...groups.values()].map(({ repository, file, directories, environments }) => ({
    severity: 'warning',
    code: 'environment-shared',
    message: `${directories.length} applications report to the same environments of ${repository} (${environments.join(', ')})`,
    location: { file },
    help: [
      `They are ${directories.join(', ')}.`,
      'Their reports overwrite each other. Set reportAs: "{{ environment }}/{{ app.name }}" in each.',
    ],
  }));
}
