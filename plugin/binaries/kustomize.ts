/**
 * kustomize, wrapped once (https://kubectl.docs.kubernetes.io/references/kustomize/cmd/build/).
 */
import { writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { Location } from '../diagnostics/diagnostic.ts';
import type { Binaries, Binary } from './binaries.ts';
import { childEnvironment } from './environment.ts';
import { findBinary } from './find.ts';
import { type Printed, runBinary } from './run.ts';
import { type Scratch, withScratch } from './scratch.ts';
import { modulesOf, ofSupportedVersion, supportedVersion } from './version.ts';

const kustomize = {
  name: 'kustomize',
  variable: 'WAYBILL_KUSTOMIZE',
  args: ['version'],
  package: /^sigs\.k8s\.io\/kustomize\/kustomize\/v(\d+)$/u,
  majors: [5],
  howToGet:
    'Install kustomize v5 (https://kubectl.docs.kubernetes.io/installation/kustomize/), or name it in WAYBILL_KUSTOMIZE.',
};

/**
 * Whether the kustomize that would be started says of itself that it is made of these modules (path to version). Failure
 * `binary-missing`.
 */
export function isMadeOf(modules: Readonly<Record<string, string>>, binaries: Binaries, location: Location): boolean {
  const { path } = findBinary(kustomize, binaries, location);
  const own = modulesOf(path);
  return Object.entries(modules).every(([module, version]) => own?.get(module) === version);
}

/** What to build, and what it may do. */
export interface KustomizeBuild {
  /** Absolute path, without symbolic links, of the folder that bounds everything. */
  readonly root: string;
  /** The folder of the kustomization, relative to `root`; '' for the root itself. */
  readonly directory: string;
  /** Remote bases and files may be fetched (operator's policy). */
  readonly network: boolean;
  /** The helm to inflate `helmCharts` with (operator's policy); undefined refuses them. */
  readonly helm: Binary | undefined;
  /** Whether every resource shall tell its file, in the annotation `config.kubernetes.io/origin`. */
  readonly origins: boolean;
  /** What in the application asked for it. */
  readonly location: Location;
}

/** What kustomize printed. */
export interface KustomizeBuilt extends Printed {
  /** Absolute path of the folder that the paths in origin annotations are relative to. */
  readonly folder: string;
}

/** Writes a kustomization around the one to build, so that a setting can be added without touching it. Returns its folder. */
function wrap({ files }: Scratch, root: string, directory: string): string {
  const resources = [relative(files, join(root, directory))];
  writeFileSync(join(files, 'kustomization.yaml'), JSON.stringify({ resources, buildMetadata: ['originAnnotations'] }));
  return files;
}

/**
 * `kustomize build`. Files are loaded from below the kustomization that names them only (kustomize's own default load
 * restrictor); plugins, exec and starlark functions stay off, since nothing turns them on. Failure `binary-missing`,
 * `binary-version`, `binary-failed`, `binary-timeout`, `binary-output`.
 */
export async function kustomizeBuild(build: KustomizeBuild, binaries: Binaries): Promise<KustomizeBuilt> {
  const binary = findBinary(kustomize, binaries, build.location);
  return withScratch(async (scratch) => {
    const cwd = build.origins ? wrap(scratch, build.root, build.directory) : build.root;
    const args = ['build', build.origins || build.directory === '' ? '.' : `./${build.directory}`];
    args.push('--load-restrictor', 'LoadRestrictionsRootOnly');
    if (build.helm) args.push('--enable-helm', '--helm-command', build.helm.path);
    const run = {
      binary,
      args,
      cwd,
      env: childEnvironment(scratch, binaries, build.network),
      boundary: {
        read: [build.root, scratch.files],
        // Charts that helm downloads are put beside the kustomization.
        write: build.helm && build.network ? [build.root, scratch.home] : [scratch.home],
        execute: build.helm ? [build.helm.path] : [],
        network: build.network,
      },
      location: build.location,
      rename: [
        [`${build.root}/`, ''],
        [build.root, '.'],
        ...(build.helm ? [[build.helm.path, 'helm'] as const] : []),
        [scratch.home, '~'],
      ] as const,
    };
    const printed = await ofSupportedVersion(runBinary(run, binaries), binary, kustomize, scratch, binaries);
    return { ...printed, folder: cwd };
  });
}

/** Path and version of the kustomize that would be used. Failure as {@link kustomizeBuild}. */
export async function inspectKustomize(binaries: Binaries): Promise<Binary & { readonly version: string }> {
  const binary = findBinary(kustomize, binaries);
  return withScratch(async (scratch: Scratch) => ({
    ...binary,
    version: await supportedVersion(binary, kustomize, scratch, binaries),
  }));
}
