/**
 * Helm repositories: a chart, and a values file for each environment: `values-production.yaml`, `production-values.yaml`,
 * `values/production.yaml`, `production/values.yaml` and the like.
 */
import { joinPath } from '../files/path.ts';
import { speaksOfEnvironment } from './environments.ts';
import { type Detect, type Folder, manifestKinds, nameEnvironments } from './layout.ts';

interface ValuesFiles {
  /** The values file, with `*` in place of the environment. */
  readonly pattern: string;
  readonly raws: readonly string[];
}

/** Values files that are no environment: helm's schema, and what charts have for tests and documentation. */
const notAnEnvironment =
  /^(?:values|schema|schema\.json|kustomization|default|defaults|example|examples|sample|common|base|global|test-data)$/iu;
const shapes = ['values-*', 'values.*', 'values_*', '*-values', '*.values', '*_values'];

function matches(names: readonly string[], shape: string, extension: string): string[] {
  const [before = '', after = ''] = `${shape}${extension}`.split('*');
  return names
    .filter((name) => name.startsWith(before) && name.endsWith(after) && name.length > before.length + after.length)
    .map((name) => name.slice(before.length, name.length - after.length))
    .filter((raw) => !notAnEnvironment.test(raw) && !raw.endsWith('.values') && !raw.endsWith('-values'));
}

/** Folders that may hold values files. */
const valuesFolders = ['values', 'environments', 'envs', 'env', 'overlays'];

function candidates(folder: Folder, chart: string): ValuesFiles[] {
  const places = [...new Set(['', ...valuesFolders, chart])];
  return places.flatMap((place) => {
    const isOwn = place !== '' && place !== chart;
    const plain = isOwn ? [...shapes, '*'] : shapes;
    const names = folder.files(place);
    const inFiles = plain.flatMap((shape) =>
      ['.yaml', '.yml'].map((extension) => {
        const pattern = joinPath(place, shape + extension);
        const isValues = (raw: string): boolean => manifestKinds(folder, pattern.replace('*', raw))?.length === 0;
        return { pattern, raws: matches(names, shape, extension).filter(isValues) };
      }),
    );
    const inFolders = ['values.yaml', 'values.yml'].map((file) => ({
      pattern: joinPath(place, `*/${file}`),
      raws: folder
        .folders(place)
        .filter(
          (name) =>
            folder.hasFile(joinPath(place, `${name}/${file}`)) &&
            !folder.hasFile(joinPath(place, `${name}/Chart.yaml`)),
        )
        .filter((name) => isOwn || speaksOfEnvironment(name)),
    }));
    return [...inFiles, ...inFolders].filter(({ raws }) => raws.length > 0);
  });
}

/** How many of the names are those of environments. */
function speaking({ raws }: ValuesFiles): number {
  return raws.filter(speaksOfEnvironment).length;
}

export const detect: Detect = (folder) => {
  const chart = ['', 'chart', 'helm', 'charts'].find((path) => folder.hasFile(joinPath(path, 'Chart.yaml')));
  if (chart === undefined) return undefined;
  const [found, ...others] = candidates(folder, chart).toSorted((a, b) => speaking(b) - speaking(a));
  // The chart's own values.yaml is always read; one beside the chart is not.
  const common = chart !== '' && folder.hasFile('values.yaml') ? ['values.yaml'] : [];
  const own = new Set(['locks', chart, ...valuesFolders]);
  const apart = chart === '' ? [] : folder.folders().filter((name) => !own.has(name));
  if (found === undefined) {
    return { source: { kind: 'helm', chart: chart || '.', valueFiles: common }, environments: [], leftOut: [], apart };
  }
  const { environments, leftOut } = nameEnvironments(found.raws, (raw) => folder.at(found.pattern.replace('*', raw)));
  const elsewhere = others.flatMap(({ pattern, raws }) =>
    raws.map((raw) => ({
      directory: folder.at(pattern.replace('*', raw)),
      reason: `another pattern than ${found.pattern.replace('*', 'ENVIRONMENT')}`,
    })),
  );
  return {
    source: { kind: 'helm', chart: chart || '.', valueFiles: [...common, found.pattern] },
    environments,
    apart,
    leftOut: [...leftOut, ...elsewhere],
  };
};
