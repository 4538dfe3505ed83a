/**
 * What `waybill images set --commit` costs in a repository of 200 applications, beside `git commit` of the same change
 * and beside a bare Node, which no command written for it can be faster than.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Cost, runOnce } from './measure.ts';

const applications = 200;
const rounds = 10;
const repository = 'https://github.com/acme/app';

function lock(index: number): string {
  return `apiVersion: waybill.dev/v1
kind: ImageLock
environment: production
images:
  - name: r.dev/app-${index}
    tag: v0
    source:
      repository: ${repository}
      commit: ${'a'.repeat(40)}
`;
}

function manifest(index: number, name: string): string {
  return `apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name} }
spec: { template: { spec: { containers: [{ name: main, image: r.dev/app-${index} }] } } }
`;
}

function git(folder: string, ...args: string[]): void {
  execFileSync('git', ['-C', folder, '-c', 'user.name=bench', '-c', 'user.email=bench@localhost', ...args]);
}

function makeRepository(folder: string): void {
  for (let index = 0; index < applications; index += 1) {
    const application = join(folder, 'apps', `app-${index}`);
    mkdirSync(join(application, 'locks'), { recursive: true });
    mkdirSync(join(application, 'base'));
    for (const name of ['api', 'worker', 'migrate'])
      writeFileSync(join(application, 'base', `${name}.yaml`), manifest(index, name));
    writeFileSync(join(application, 'locks/production.yaml'), lock(index));
  }
  git(folder, 'init', '-q', '-b', 'main');
  git(folder, 'config', 'user.name', 'bench');
  git(folder, 'config', 'user.email', 'bench@localhost');
  git(folder, 'add', '.');
  git(folder, 'commit', '-q', '-m', 'seed');
}

function setArguments(round: number): string[] {
  const what = ['-C', 'apps/app-7', 'images', 'set', `r.dev/app-7=:v${round}`, '-e', 'production'];
  const source = ['--source-repository', repository, '--source-commit', String(round).padStart(40, 'b')];
  return what.concat(source, '--allow-older', '--commit');
}

/** The fastest of ten runs each, in turn: `git commit`, `waybill images set`, `node -e 0`. */
export function imagesSet(folder: string, bundle: string, measureBinary: string): ReadonlyMap<string, Cost> {
  makeRepository(folder);
  const file = 'apps/app-7/locks/production.yaml';
  const costs = new Map<string, Cost[]>([
    ['git commit', []],
    ['waybill images set', []],
    ['node -e 0', []],
  ]);
  for (let round = 0; round <= rounds; round += 1) {
    const text = readFileSync(join(folder, file), 'utf8');
    writeFileSync(join(folder, file), text.replace(/tag: .*/u, `tag: git-${round}`));
    const commands = new Map([
      ['git commit', ['git', 'commit', '-q', '-m', `Deploy ${round}`, '--', file]],
      ['waybill images set', [process.execPath, bundle, ...setArguments(round)]],
      ['node -e 0', [process.execPath, '-e', '0']],
    ]);
    for (const [name, command] of commands) costs.get(name)?.push(runOnce(measureBinary, { folder, command }));
  }
  return new Map(
    Array.from(costs, ([name, all]) => {
      const [, ...counted] = all;
      const milliseconds = Math.min(...counted.map((one) => one.milliseconds));
      const cpuMilliseconds = Math.min(...counted.map((one) => one.cpuMilliseconds));
      return [
        name,
        { milliseconds, cpuMilliseconds, peakBytes: Math.max(...counted.map(({ peakBytes }) => peakBytes)) },
      ];
    }),
  );
}
