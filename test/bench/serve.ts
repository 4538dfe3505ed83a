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
  readonly failed: number;
  readonly median: number;
  readonly p99: number;
  readonly wall: number;
}

function timesIn(text: string): Times {
  const [, failed, median, p99, wall] =
    /failed (\d+) min [\d.]+ ms median ([\d.]+) ms p95 [\d.]+ ms p99 ([\d.]+) ms max [\d.]+ ms wall ([\d.]+) ms/u.exec(
      text,
    ) ?? [];
  if (wall === undefined || failed !== '0') throw new Error(`Argo CD could not render: ${text}`);
  return { failed: Number(failed), median: Number(median), p99: Number(p99), wall: Number(wall) };
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
    metadata: { name, namespace: 'argocd' },
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

function row(what: string, wanted: string, ours: string, theirs: string, met: boolean): string[] {
  return [what, wanted, ours, theirs, met ? 'met' : 'not met'];
}

function ms(value: number): string {
  return `${value.toFixed(1)} ms`;
}

/** Rows of: what, wanted, waybill serve, argocd-cmp-server, met or not. */
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
  const through = async (which: 'serve' | 'cmp-server', args: readonly string[]): Promise<Times> => {
    const to = which === 'serve' ? ['-sockets', folder] : ['-config', resolve('sidecar'), '-cmp-env', `PATH=${path}`];
    return timesIn(await run(argocd, ['render', '-via', 'direct', '-q', ...to, ...args]));
  };
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
    rows.push(
      row('a small application, warm, p50', '≤ 10 ms', ms(warm.median), ms(cold.median), warm.median <= 10),
      row('the same, p99', '≤ 30 ms', ms(warm.p99), ms(cold.p99), warm.p99 <= 30),
      row(
        'the same, times faster',
        '≥ 5 ×',
        `${(cold.median / warm.median).toFixed(1)} ×`,
        '',
        cold.median >= 5 * warm.median,
      ),
    );
    const at = `app/${forms.waybill}`;
    const [big, bigCold] = [await through('serve', one(large, at, 5)), await through('cmp-server', one(large, at, 3))];
    rows.push(
      row('3,000 files, 30 MB', '≤ 1 s', ms(big.median), ms(bigCold.median), big.median <= 1000),
      row(
        'the same, times faster',
        '≥ 4 ×',
        `${(bigCold.median / big.median).toFixed(1)} ×`,
        '',
        bigCold.median >= 4 * big.median,
      ),
    );
    const fleet = ['-repo', mono, '-parallel', '4', ...specs.flat()];
    const fewer = ['-repo', mono, '-parallel', '4', ...specs.slice(0, 40).flat()];
    const [all, allCold] = [await through('serve', fleet), await through('cmp-server', fewer)];
    const estimated = (allCold.wall / 40) * 500;
    rows.push(
      row(
        '500 applications of a monorepo, 4 at a time',
        '< 12 s',
        `${(all.wall / 1000).toFixed(1)} s`,
        `${(estimated / 1000).toFixed(0)} s (from 40)`,
        all.wall < 12_000,
      ),
      row('the same, of its time', '≤ 1/5', (all.wall / estimated).toFixed(2), '', all.wall * 5 <= estimated),
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
        row(
          `resident after ${renders} more renders`,
          '< 300 MiB',
          `${whole.mebibytes.toFixed(0)} MiB`,
          '',
          whole.mebibytes < 300,
        ),
        row(
          'growth in their second half',
          'none',
          `${grown.toFixed(0)} MiB, ${whole.open - half.open} files`,
          '',
          grown < 10,
        ),
      );
    }
  } finally {
    await server?.stop();
  }
  return rows;
}
