/**
 * What `waybill serve` takes, beside argocd-cmp-server with the same program: through Argo CD's own repo-server code,
 * which makes the archive and sends it.
 */
import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { type ServeProcess, startServe } from '../tools/serve-process.ts';
import { forms, writeApplication } from './application.ts';
import { confineBinary } from '../tools/confine.mjs';

const MEBIBYTE = 1024 * 1024;

/** What the benchmark needs. */
export interface ServeBench {
  readonly folder: string;
  readonly bundle: string;
  readonly argocd: string;
  /** Renders of the last part, which looks for growth. */
  readonly renders: number;
}

/** Milliseconds of many renders. */
interface Times {
  readonly median: number;
  readonly p99: number;
  readonly wall: number;
}

function timesIn(text: string): Times {
  const [, failed, median, p99, wall] =
    /failed (\d+) min [\d.]+ ms median ([\d.]+) ms p95 [\d.]+ ms p99 ([\d.]+) ms max [\d.]+ ms wall ([\d.]+) ms client/u.exec(
      text,
    ) ?? [];
  if (wall === undefined || failed !== '0') throw new Error(`Argo CD could not render: ${text}`);
  return { median: Number(median), p99: Number(p99), wall: Number(wall) };
}

function run(file: string, args: readonly string[]): Promise<string> {
  return new Promise((done) => {
    execFile(file, args, { maxBuffer: 2 ** 28 }, (_error, stdout, stderr) => done(`${stdout}${stderr}`));
  });
}

/** Files of no application, as a large repository has them. Their text does not compress to nothing. */
function writeOthers(folder: string, files: number, bytes: number): void {
  let seed = 1;
  for (let index = 0; index < files; index += 1) {
    const directory = join(folder, 'others', String(index % 100));
    mkdirSync(directory, { recursive: true });
    let text = '';
    while (text.length < bytes) {
      seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
      text += `key-${seed}: value of ${seed % 977} and ${seed % 131}\n`;
    }
    writeFileSync(join(directory, `${index}.yaml`), text.slice(0, bytes));
  }
}

function applicationText(name: string, path: string): string {
  return JSON.stringify({
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Application',
    metadata: { name, namespace: 'argocd', annotations: { 'argocd.argoproj.io/manifest-generate-paths': '.' } },
    spec: {
      project: 'default',
      source: {
        repoURL: 'https://git.example.com/acme/deployments.git',
        path,
        targetRevision: 'HEAD',
        plugin: { name: 'waybill', parameters: [{ name: 'environment', string: 'production' }] },
      },
      destination: { namespace: 'shop', server: 'https://kubernetes.default.svc' },
    },
  });
}

/** Resident MiB of a process, and how many files it has open. */
function stateOf(pid: number): { readonly mebibytes: number; readonly open: number } {
  const kibibytes = /^VmRSS:\s+(\d+)/mu.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return { mebibytes: (Number(kibibytes) * 1024) / MEBIBYTE, open: readdirSync(`/proc/${pid}/fd`).length };
}

/** One figure. */
interface Figure {
  readonly what: string;
  readonly wanted?: string;
  readonly ours: string;
  /** With argocd-cmp-server. */
  readonly theirs?: string;
  /** With a plugin that reads the archive and renders nothing. */
  readonly floor?: string;
  readonly met?: boolean;
}

function row({ what, wanted = '', ours, theirs = '', floor = '', met }: Figure): string[] {
  return [what, wanted, ours, theirs, floor, met === undefined ? '' : met ? 'met' : 'not met'];
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}

function ms(value: number): string {
  return `${value.toFixed(1)} ms`;
}

/** Rows of: what, wanted, waybill serve, argocd-cmp-server, the client alone, met or not. */
export async function serveCosts({ folder, bundle, argocd, renders }: ServeBench): Promise<string[][]> {
  const bin = join(folder, 'bin');
  mkdirSync(bin, { recursive: true });
  // A copy, so that a build in the meantime changes nothing.
  const script = join(bin, 'waybill.cjs');
  for (const end of ['', '.cache']) cpSync(`${bundle}${end}`, `${script}${end}`);
  symlinkSync(script, join(bin, 'waybill'));
  symlinkSync(await confineBinary(), join(bin, 'waybill-confine'));
  const path = `${bin}:${dirname(process.execPath)}:/usr/bin:/bin`;
  const small = join(folder, 'small');
  writeApplication(small, 12);
  const large = join(folder, 'large');
  writeApplication(join(large, 'app'), 12);
  writeOthers(large, 3000, 10_000);
  const mono = join(folder, 'mono');
  writeOthers(mono, 3000 - 500 * 4, 3000);
  const specs = Array.from({ length: 500 }, (_, index) => {
    writeApplication(join(mono, 'apps', String(index)), 4);
    const file = join(folder, `${index}.json`);
    writeFileSync(file, applicationText(`app-${index}`, `apps/${index}/${forms.waybill}`));
    return ['-spec', file];
  });
  let server: ServeProcess | undefined;
  const ways = {
    serve: ['-sockets', folder],
    'cmp-server': ['-config', resolve('sidecar'), '-cmp-env', `PATH=${path}`],
    floor: ['-floor'],
  };
  const through = async (way: keyof typeof ways, args: readonly string[]): Promise<Times> =>
    timesIn(await run(argocd, ['render', '-via', 'direct', '-q', ...ways[way], ...args]));
  const plugin = JSON.stringify({ name: 'waybill', parameters: [{ name: 'environment', string: 'production' }] });
  const one = (repository: string, at: string, repeat: number, parallel = 1): string[] => {
    const source = ['-repo', repository, '-path', at, '-namespace', 'shop', '-app', 'shop', '-plugin', plugin];
    return [...source, '-repeat', String(repeat), '-parallel', String(parallel)];
  };
  const rows: string[][] = [];
  try {
    server = await startServe({ script, folder, env: { PATH: path, TMPDIR: folder } });
    await through('serve', one(small, forms.waybill, 300));
    const [warm, cold] = [
      await through('serve', one(small, forms.waybill, 500)),
      await through('cmp-server', one(small, forms.waybill, 30)),
    ];
    const alone = await through('floor', one(small, forms.waybill, 300));
    rows.push(
      row({
        what: 'a small application, warm, p50',
        wanted: '≤ 10 ms',
        ours: ms(warm.median),
        theirs: ms(cold.median),
        floor: ms(alone.median),
        met: warm.median <= 10,
      }),
      row({
        what: 'the same, p99',
        wanted: '≤ 30 ms',
        ours: ms(warm.p99),
        theirs: ms(cold.p99),
        floor: ms(alone.p99),
        met: warm.p99 <= 30,
      }),
      row({
        what: 'the same, times faster',
        wanted: '≥ 5 ×',
        ours: `${(cold.median / warm.median).toFixed(1)} ×`,
        met: cold.median >= 5 * warm.median,
      }),
    );
    const at = `app/${forms.waybill}`;
    const big = await through('serve', one(large, at, 5));
    const bigCold = await through('cmp-server', one(large, at, 3));
    const bigAlone = await through('floor', one(large, at, 5));
    rows.push(
      row({
        what: '3,000 files, 30 MB',
        wanted: '≤ 1 s',
        ours: ms(big.median),
        theirs: ms(bigCold.median),
        floor: ms(bigAlone.median),
        met: big.median <= 1000,
      }),
      row({
        what: 'the same, times faster',
        wanted: '≥ 4 ×',
        ours: `${(bigCold.median / big.median).toFixed(1)} ×`,
        met: bigCold.median >= 4 * big.median,
      }),
    );
    const together = ['-repo', mono, '-parallel', '4'];
    const fleet = [...together, ...specs.flat()];
    const fewer = [...together, ...specs.slice(0, 40).flat()];
    const all = await through('serve', fleet);
    const [allCold, allAlone] = [await through('cmp-server', fewer), await through('floor', fewer)];
    const estimated = ({ wall }: Times): number => (wall / 40) * 500;
    const narrow = ['-use-generate-paths'];
    const narrowed = await through('serve', [...fleet, ...narrow]);
    const narrowedCold = await through('cmp-server', [...fewer, ...narrow]);
    const narrowedAlone = await through('floor', [...fewer, ...narrow]);
    rows.push(
      row({
        what: '500 applications of a monorepo, 4 at a time',
        wanted: '< 12 s',
        ours: seconds(all.wall),
        theirs: `${seconds(estimated(allCold))} (from 40)`,
        floor: `${seconds(estimated(allAlone))} (from 40)`,
        met: all.wall < 12_000,
      }),
      row({
        what: 'the same, of its time',
        wanted: '≤ 1/5',
        ours: (all.wall / estimated(allCold)).toFixed(2),
        met: all.wall * 5 <= estimated(allCold),
      }),
      row({
        what: 'the same, with manifest-generate-paths',
        wanted: '< 12 s',
        ours: seconds(narrowed.wall),
        theirs: `${seconds(estimated(narrowedCold))} (from 40)`,
        floor: `${seconds(estimated(narrowedAlone))} (from 40)`,
        met: narrowed.wall < 12_000,
      }),
    );
    const states = [];
    for (let part = 0; part < 2; part += 1) {
      await through('serve', one(small, forms.waybill, renders / 2, 4));
      states.push(stateOf(server.pid));
    }
    const [half, whole] = states;
    if (half && whole) {
      const grown = whole.mebibytes - half.mebibytes;
      rows.push(
        row({
          what: `resident after ${renders} more renders`,
          wanted: '< 300 MiB',
          ours: `${whole.mebibytes.toFixed(0)} MiB`,
          met: whole.mebibytes < 300,
        }),
        row({
          what: 'growth in their second half',
          wanted: 'none',
          ours: `${grown.toFixed(0)} MiB, ${whole.open - half.open} files`,
          met: grown < 10,
        }),
      );
    }
  } finally {
    await server?.stop();
  }
  return rows;
}
