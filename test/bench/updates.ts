/**
 * What `waybill images update --all --commit` costs with 500 applications in one repository, each with an image of its
 * own in a real registry on this machine: from nothing, for one new tag, and when there is nothing new.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type RegistryServer, startRegistry } from '../registry/registry-server.ts';
import { type Cost, runOnce } from './measure.ts';

const applications = 500;
const tags = 20;

/** One run, and how many requests came to the registry. */
export interface UpdateCost extends Cost {
  readonly requests: number;
}

function git(folder: string, ...args: string[]): string {
  return execFileSync('git', ['-C', folder, '-c', 'user.name=bench', '-c', 'user.email=bench@localhost', ...args], {
    encoding: 'utf8',
  });
}

function makeRepository(folder: string, host: string): void {
  for (let index = 0; index < applications; index += 1) {
    const application = join(folder, 'apps', `app-${index}`);
    mkdirSync(application, { recursive: true });
    writeFileSync(
      join(application, 'waybill.yaml'),
      `apiVersion: waybill.dev/v1
kind: Waybill
source: { manifests: base }
images:
  - { name: ${host}/acme/app-${index}, strategy: semver, constraint: "^1" }
environments: { production: {} }
`,
    );
  }
  git(folder, 'init', '-q', '-b', 'main');
  git(folder, 'add', '.');
  git(folder, 'commit', '-q', '-m', 'seed');
}

async function fill(server: RegistryServer): Promise<void> {
  for (let index = 0; index < applications; index += 1) {
    const images = Array.from({ length: tags }, (_none, patch) => ({
      repository: `acme/app-${index}`,
      tag: `1.0.${patch}`,
    }));
    await server.push(...images);
  }
}

/** By what there was to do. Throws when a run does not change as many locks as it must. */
export async function imagesUpdate(
  folder: string,
  bundle: string,
  measureBinary: string,
): Promise<ReadonlyMap<string, UpdateCost>> {
  const server = await startRegistry();
  try {
    await fill(server);
    makeRepository(folder, server.host);
    const variables = [`WAYBILL_REGISTRIES=${server.hostsFile}`, `WAYBILL_CACHE=${join(folder, '.git/cache')}`];
    const update = ['images', 'update', '-e', 'production', '-C', 'apps', '--all', '--commit'];
    const command = ['env', ...variables, process.execPath, bundle, ...update];
    const costs = new Map<string, UpdateCost>();
    const measured = async (name: string, locks: number): Promise<void> => {
      await server.log();
      const before = git(folder, 'rev-parse', 'HEAD').trim();
      const cost = runOnce(measureBinary, { folder, command });
      const changed = git(folder, 'diff', '--name-only', before, 'HEAD').split('\n').filter(Boolean);
      if (changed.length !== locks) throw new Error(`${name}: ${changed.length} locks changed, not ${locks}`);
      costs.set(name, { ...cost, requests: (await server.log()).length });
    };
    await measured('500 images are new', applications);
    await measured('nothing is new', 0);
    await server.push({ repository: 'acme/app-7', tag: '1.1.0' });
    await measured('one tag is new', 1);
    return costs;
  } finally {
    server.close();
  }
}
