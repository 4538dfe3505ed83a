/**
 * What the commands that show a fleet cost with 500 applications in three environments and 10,000 deployments in the
 * history: each as a whole process, the fastest of five.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { madeUpApplication, sourceCommit, writeRepository } from '../fleet/made-up-repository.ts';
import { runOnce } from './measure.ts';

const services = 500;
const environments = ['development', 'staging', 'production'];
const rounds = 5;

/** Milliseconds by command. Throws when a command shows something else than it must. */
export function fleetCosts(folder: string, bundle: string, measureBinary: string): ReadonlyMap<string, number> {
  mkdirSync(folder, { recursive: true });
  const versions = writeRepository(folder, { services, environments, deployments: 10_000 });
  const applications = join(folder, '.git/applications.json');
  const items = [...versions].map(([key, version]) => {
    const [service = '', environment = ''] = key.split('/');
    return madeUpApplication(service, environment, version);
  });
  writeFileSync(applications, JSON.stringify({ apiVersion: 'v1', kind: 'List', items }));
  const commit = sourceCommit('service-007', versions.get('service-007/staging') ?? 0);
  const costs = new Map<string, number>();
  const measured = (name: string, args: readonly string[], expected: string): void => {
    const printed = execFileSync(process.execPath, [bundle, ...args], {
      cwd: folder,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      maxBuffer: 2 ** 28,
    });
    if (!printed.includes(expected)) throw new Error(`${name} does not print ${expected}`);
    const times = Array.from(
      { length: rounds },
      () => runOnce(measureBinary, { folder, command: [process.execPath, bundle, ...args] }).milliseconds,
    );
    costs.set(name, Math.min(...times));
  };
  measured('where COMMIT (wanted: under 1 s)', ['where', commit], 'service-007');
  measured('status (wanted: under 2 s)', ['status', '--applications', applications], '1500 healthy');
  measured('metrics of 10,000 deployments (wanted: under 5 s)', ['metrics', '--since', '99999d'], 'service-499');
  const shared = join(folder, 'shared/config.yaml');
  writeFileSync(shared, readFileSync(shared, 'utf8').replace('info', 'debug'));
  measured(
    'diff --all, a base of all 500 changed, in one environment (wanted: under 5 s)',
    ['diff', '--all', '--against', 'HEAD', '-e', 'production'],
    '500 places',
  );
  return costs;
}
