/**
 * npm run bench: what a render costs as a whole process, beside kustomize and helm with the same application, and
 * through Argo CD's own cmp-server. Prints Markdown; --json FILE also writes the figures.
 *
 * --sizes 12,200 chooses how many resources, --rounds N how often each program runs, --only faults, images, handback,
 * hostile, notifications, page or serve measures nothing else.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { cpus, tmpdir } from 'node:os';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { equals, isObject, type Json } from '../../plugin/resources/json.ts';
import { identify, shortName } from '../../plugin/resources/resource.ts';
import { readYaml } from '../../plugin/yaml/read.ts';
import { forms, writeApplication } from './application.ts';
import { type Contestant, type Cost, measure } from './measure.ts';
import { faultsCosts } from './faults.ts';
import { fleetCosts } from './fleet.ts';
import { handbackShares } from './handback.ts';
import { hostileCosts } from './hostile.ts';
import { imagesSet } from './images.ts';
import { microBenchmarks } from './micro.ts';
import { triggerCosts } from './notifications.ts';
import { pageCosts } from './page.ts';
import { serveCosts } from './serve.ts';
import { targets } from './targets.ts';
import { imagesUpdate } from './updates.ts';
import { confineBinary } from '../tools/confine.mjs';

const MEBIBYTE = 1024 * 1024;
const bundle = resolve('dist/waybill.cjs');

/** The real programs, built by test/tools. */
export interface Binaries {
  readonly argocd: string;
  readonly engine: string;
  readonly helm: string;
  readonly jq: string;
  readonly kustomize: string;
  readonly measure: string;
}

function contestants(folder: string, { helm, kustomize }: Binaries): Contestant[] {
  const render = [process.execPath, bundle, 'render', '.', '-e', 'production', '--root', '.'];
  return [
    { name: 'node -e 0', folder, command: [process.execPath, '-e', '0'] },
    { name: 'waybill render', folder: join(folder, forms.waybill), command: render },
    { name: 'waybill render, kustomize source', folder: join(folder, forms.kustomized), command: render },
    { name: 'kustomize build', folder: join(folder, forms.kustomize), command: [kustomize, 'build', '.'] },
    {
      name: 'helm template',
      folder: join(folder, forms.helm),
      command: [helm, 'template', 'shop', '.', '--namespace', 'shop'],
    },
  ];
}

/** The resources that a program prints, by name. */
function printed({ folder, command }: Contestant, ...more: string[]): Map<string, Json> {
  const [file = '', ...args] = command;
  const text = execFileSync(file, [...args, ...more], { cwd: folder, encoding: 'utf8' });
  const documents = readYaml(text, { file: 'stdout', duplicateKeys: 'error' });
  return new Map(documents.map(({ value }) => [isObject(value) ? shortName(identify(value)) : '', value]));
}

/** All must render the same, or the comparison means nothing. */
function checkSame(folder: string, binaries: Binaries): void {
  const [, waybill, ...others] = contestants(folder, binaries);
  if (!waybill) return;
  const ours = printed(waybill, '--no-stamp');
  for (const other of others) {
    const theirs = printed(other, ...(other.name.startsWith('waybill') ? ['--no-stamp'] : []));
    const differs = [...ours].find(([name, value]) => !equals(value, theirs.get(name)));
    if (differs || theirs.size !== ours.size) throw new Error(`${other.name} renders ${differs?.[0] ?? ''} otherwise`);
  }
}

function roundsFor(size: number, asked: string | undefined): number {
  if (asked !== undefined) return Number(asked);
  return size <= 100 ? 15 : size <= 1000 ? 5 : 3;
}

/** A render through the real argocd-cmp-server and repo-server: milliseconds, the fastest of ten. */
function throughArgoCD(argocd: string, confine: string, folder: string): number {
  const bin = join(folder, 'bin');
  mkdirSync(bin);
  symlinkSync(bundle, join(bin, 'waybill'));
  symlinkSync(confine, join(bin, 'waybill-confine'));
  const path = `${bin}:${dirname(process.execPath)}:/usr/bin:/bin`;
  const plugin = JSON.stringify({ name: 'waybill', parameters: [{ name: 'environment', string: 'production' }] });
  const args = ['-repo', join(folder, forms.waybill), '-namespace', 'shop', '-plugin', plugin, '-repeat', '10', '-q'];
  const { stderr } = spawnSync(argocd, ['render', ...args, '-config', resolve('sidecar'), '-cmp-env', `PATH=${path}`], {
    encoding: 'utf8',
  });
  const fastest = /failed 0 min ([\d.]+) ms/u.exec(stderr)?.[1];
  if (fastest === undefined) throw new Error(`Argo CD could not render: ${stderr}`);
  return Number(fastest);
}

function line(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const rule = header.map((_cell, index) => (index === 0 ? '---' : '---:'));
  return [header, rule, ...rows].map(line).join('\n');
}

function milliseconds(value: number): string {
  return value < 100 ? value.toFixed(1) : value.toFixed(0);
}

/** `images set` and `images update`, for the JSON. */
async function imageCosts(root: string, binaries: Binaries): Promise<Record<string, Record<string, Cost>>> {
  const deployed = imagesSet(join(root, 'images'), bundle, binaries.measure);
  const commit = deployed.get('git commit')?.milliseconds ?? Number.NaN;
  const deployedRows = Array.from(deployed, ([name, cost]) => [
    name,
    milliseconds(cost.milliseconds),
    `${(cost.milliseconds / commit).toFixed(1)} ×`,
  ]);
  console.log(`One image of 200 applications\n\n${table(['', 'ms', 'beside git commit'], deployedRows)}\n`);
  const updated = await imagesUpdate(join(root, 'updates'), bundle, binaries.measure);
  const updatedRows = Array.from(updated, ([name, cost]) => [
    name,
    milliseconds(cost.milliseconds),
    String(cost.requests),
    cost.milliseconds < 60_000 ? 'met' : 'not met',
  ]);
  const header = ['', 'ms', 'requests', 'under 60 s'];
  console.log(`waybill images update, 500 applications\n\n${table(header, updatedRows)}\n`);
  return { imagesSet: Object.fromEntries(deployed), imagesUpdate: Object.fromEntries(updated) };
}

/** Hostile input, for the JSON. */
function hostile(root: string, binaries: Binaries): Record<string, unknown> {
  const { growing, largest } = hostileCosts(join(root, 'hostile'), bundle, binaries.measure);
  const grown = Array.from(growing, ([name, { count, one, ten }]) => [
    name,
    String(count),
    milliseconds(one.milliseconds),
    milliseconds(ten.milliseconds),
    `${(ten.milliseconds / one.milliseconds).toFixed(1)} ×`,
    ten.milliseconds <= 15 * one.milliseconds ? 'met' : 'not met',
  ]);
  console.log(`Ten times as much\n\n${table(['', 'number', 'ms', 'ms, ten times', '', '≤ 15 ×'], grown)}\n`);
  const peaks = Array.from(largest, ([name, { milliseconds: ms, peakBytes }]) => [
    name,
    milliseconds(ms),
    (peakBytes / MEBIBYTE).toFixed(0),
    peakBytes < 1024 * MEBIBYTE ? 'met' : 'not met',
  ]);
  console.log(`The largest input that is accepted\n\n${table(['', 'ms', 'peak MiB', '< 1024'], peaks)}\n`);
  return { growing: Object.fromEntries(growing), largest: Object.fromEntries(largest) };
}

/** What the generated notifications cost the controller. */
function notifications(binaries: Binaries): void {
  console.log(`Notifications\n\n${table(['', 'wanted', 'measured', ''], triggerCosts(binaries.engine))}\n`);
}

/** What faults cost those that behave. */
async function faults(folder: string, { argocd, helm, kustomize }: Binaries, renders: number): Promise<void> {
  const programs = { helm, kustomize, 'waybill-confine': await confineBinary() };
  const { rows, kinds, wrong } = await faultsCosts({ folder, bundle, argocd, programs, renders });
  console.log(`Faults: ${kinds.join(', ')}\n\n${table(['', 'wanted', 'measured', ''], rows)}\n`);
  for (const one of wrong) console.log(one);
  if (wrong.length > 0) process.exitCode = 1;
}

/** Measures and prints; the arguments are those of the command line. */
export async function run(binaries: Binaries): Promise<void> {
  const { values: options } = parseArgs({
    options: {
      sizes: { type: 'string', default: '12,200,1000,2000,10000' },
      rounds: { type: 'string' },
      json: { type: 'string' },
      only: { type: 'string' },
    },
  });
  execFileSync(process.execPath, ['tools/bundle.mjs'], { stdio: 'inherit' });
  // Each Node reads them all when it starts, which takes longer than everything else that it does then.
  delete process.env['NODE_EXTRA_CA_CERTS'];
  process.env['WAYBILL_KUSTOMIZE'] = binaries.kustomize;
  const root = mkdtempSync(join(tmpdir(), 'waybill-bench-'));
  try {
    const handback = async () => {
      const { engine, jq } = binaries;
      const shares = await handbackShares({ folder: join(root, 'handback'), bundle, engine, jq });
      console.log(`Hand-back\n\n${table(['', 'wanted', 'measured', ''], shares)}\n`);
    };
    if (options.only !== undefined) {
      if (options.only === 'handback') await handback();
      else if (options.only === 'images') await imageCosts(root, binaries);
      else if (options.only === 'serve') {
        const renders = Number(options.rounds ?? 10_000);
        const rows = await serveCosts({ folder: join(root, 'serve'), bundle, argocd: binaries.argocd, renders });
        const header = ['', 'wanted', 'waybill serve', 'argocd-cmp-server', 'the client alone', ''];
        console.log(`Warm, beside argocd-cmp-server\n\n${table(header, rows)}\n`);
      } else if (options.only === 'faults') {
        await faults(join(root, 'faults'), binaries, Number(options.rounds ?? 24_000));
      } else if (options.only === 'hostile') hostile(root, binaries);
      else if (options.only === 'fleet') {
        const rows = Array.from(fleetCosts(join(root, 'fleet'), bundle, binaries.measure), ([name, ms]) => [
          name,
          milliseconds(ms),
        ]);
        console.log(`A fleet of 500 applications\n\n${table(['', 'ms'], rows)}\n`);
      } else if (options.only === 'notifications') notifications(binaries);
      else if (options.only === 'page') console.log(`The page\n\n${await pageCosts(join(root, 'page'))}`);
      else
        throw new Error(
          `--only ${options.only}: expected faults, fleet, handback, hostile, images, notifications, page or serve`,
        );
      return;
    }
    const sizes = options.sizes.split(',').map(Number);
    const figures = new Map<number, Map<string, Cost>>();
    console.log(`node ${process.version}, ${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}\n`);
    for (const size of sizes) {
      const folder = join(root, String(size));
      writeApplication(folder, size);
      if (size === sizes[0]) checkSame(folder, binaries);
      // kustomize takes minutes for more, and Waybill would not wait for it.
      const compared = contestants(folder, binaries).filter(({ name }) => size <= 200 || !name.includes('source'));
      const costs = measure(binaries.measure, compared, roundsFor(size, options.rounds));
      figures.set(size, costs);
      const own = costs.get('waybill render')?.cpuMilliseconds ?? Number.NaN;
      const rows = Array.from(costs, ([name, cost]) => [
        name,
        `${cost.isStopped ? '> ' : ''}${milliseconds(cost.milliseconds)}`,
        `${cost.isStopped ? '> ' : ''}${milliseconds(cost.cpuMilliseconds)}`,
        `${cost.isStopped ? '> ' : ''}${(cost.cpuMilliseconds / own).toFixed(2)} ×`,
        (cost.peakBytes / MEBIBYTE).toFixed(0),
      ]);
      console.log(`${size} resources\n\n${table(['', 'ms', 'processor ms', 'beside waybill', 'peak MiB'], rows)}\n`);
    }
    const judged = targets(figures);
    console.log(`Targets\n\n${table(['', 'wanted', 'measured', ''], judged)}\n`);

    const [first = 12] = sizes;
    const argocd = throughArgoCD(binaries.argocd, await confineBinary(), join(root, String(first)));
    console.log(`Through argocd-cmp-server and repo-server, ${first} resources: ${milliseconds(argocd)} ms\n`);

    notifications(binaries);
    const hostileInput = hostile(root, binaries);
    const images = await imageCosts(root, binaries);
    await handback();
    console.log(`The page\n\n${await pageCosts(join(root, 'page'))}`);

    const sample = execFileSync(binaries.kustomize, ['build', join(root, String(first), forms.kustomize)], {
      encoding: 'utf8',
    });
    const speeds = await microBenchmarks(Array.from({ length: 40 }, () => sample).join('---\n'));
    console.log(
      table(
        ['in one process', 'MB/s'],
        speeds.map(([name, speed]) => [name, speed.toFixed(1)]),
      ),
    );

    if (options.json !== undefined) {
      const sizesJson = Object.fromEntries(Array.from(figures, ([size, costs]) => [size, Object.fromEntries(costs)]));
      const all = {
        node: process.version,
        sizes: sizesJson,
        argocdMilliseconds: argocd,
        hostileInput,
        ...images,
        megabytesPerSecond: Object.fromEntries(speeds),
      };
      writeFileSync(options.json, `${JSON.stringify(all, null, 2)}\n`);
    }
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}
