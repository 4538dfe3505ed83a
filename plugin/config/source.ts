/**
 * `source`, or what the directory's files say when there is none.
 */
import { joinPath } from '../files/path.ts';
import type { Application } from './application.ts';
import type { PathEntry, Source } from './environment.ts';
import type { Expander } from './expander.ts';
import { sourceMapping } from './native.ts';
import { pathEntry } from './paths.ts';

/** The names under which kustomize looks for a kustomization (konfig.RecognizedKustomizationFileNames). */
const KUSTOMIZATIONS = ['kustomization.yaml', 'kustomization.yml', 'Kustomization'];

function here(application: Application): PathEntry {
  return { path: application.directory, location: { file: application.file ?? application.directory } };
}

/** Argo CD's own order (reposerver/repository GetAppSourceType): a chart, a kustomization, plain manifests. */
function detectSource(application: Application): Source {
  const { tree, directory } = application;
  const has = (name: string): boolean => tree.kind(joinPath(directory, name)) === 'file';
  if (has('Chart.yaml')) return { kind: 'helm', chart: here(application), valueFiles: [], values: {} };
  if (KUSTOMIZATIONS.some(has)) return { kind: 'kustomize', directory: here(application) };
  const entry = here(application);
  return { kind: 'manifests', paths: [entry], reading: { written: '.', locate: () => entry.location } };
}

/** Where the application's manifests come from, templates expanded. Failures `template-…`, `path-escapes`. */
export function resolveSource(application: Application, expander: Expander): Source {
  const { config, document } = application;
  const source = sourceMapping(config);
  if (source?.manifests !== undefined) {
    const { manifests } = source;
    const at = ['source', 'manifests'];
    if (typeof manifests === 'object' && !Array.isArray(manifests)) {
      const { path: written = '.', recurse } = manifests;
      const glob = (key: 'include' | 'exclude'): string | undefined =>
        manifests[key] === undefined ? undefined : expander.text(document, [...at, key], manifests[key]);
      const [include, exclude] = [glob('include'), glob('exclude')];
      return {
        kind: 'manifests',
        paths: [written === '.' ? here(application) : pathEntry(application, expander, [...at, 'path'], written)],
        reading: {
          ...(recurse === undefined ? {} : { recurse }),
          ...(include === undefined ? {} : { include }),
          ...(exclude === undefined ? {} : { exclude }),
          written,
          locate: (key) => document.locate([...at, key]),
        },
      };
    }
    const paths = Array.isArray(manifests)
      ? manifests.map((one, index) => pathEntry(application, expander, ['source', 'manifests', index], one))
      : [pathEntry(application, expander, ['source', 'manifests'], manifests)];
    return { kind: 'manifests', paths };
  }
  if (source?.kustomize !== undefined) {
    return {
      kind: 'kustomize',
      directory: pathEntry(application, expander, ['source', 'kustomize'], source.kustomize),
    };
  }
  if (source?.helm !== undefined) {
    const { chart, releaseName, valueFiles, values } = source.helm;
    const at = ['source', 'helm'];
    return {
      kind: 'helm',
      chart: chart === undefined ? here(application) : pathEntry(application, expander, [...at, 'chart'], chart),
      ...(releaseName === undefined
        ? {}
        : {
            releaseName: expander.text(document, [...at, 'releaseName'], releaseName),
            releaseNameLocation: document.locate([...at, 'releaseName']),
          }),
      valueFiles: (valueFiles ?? []).map((file, index) =>
        pathEntry(application, expander, [...at, 'valueFiles', index], file),
      ),
      values: expander.object(document, [...at, 'values'], values ?? {}),
    };
  }
  if (source?.external !== undefined) {
    const { valueFiles = [] } = source.external;
    const at = ['source', 'external'];
    return {
      kind: 'external',
      valueFiles: valueFiles.map((file, index) => pathEntry(application, expander, [...at, 'valueFiles', index], file)),
      get location() {
        return document.locate(at, 'key');
      },
    };
  }
  return detectSource(application);
}
