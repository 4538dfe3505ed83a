/**
 * Holds the three ways to render against each other over checkouts of manifests: the command line, and Argo CD's own
 * repo-server with `waybill serve` and with argocd-cmp-server. Each must give the same objects, or the same error.
 * Nothing is written into the checkouts.
 */
import { execFile } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { runCli } from '../tools/run-cli.ts';
import { startServe } from '../tools/serve-process.ts';
import { directories, releaseName } from './directories.ts';

/** The programs that are needed. */
export interface ServerPrograms {
  readonly argocd: string;
  readonly confine: string;
  readonly helm: string;
  readonly kustomize: string;
}

/** Objects as lines of JSON, or the codes of the errors. */
type Result = { readonly objects: readonly string[] } | { readonly error: string };

const NAMESPACE = 'shop';
const KUBERNETES = ['--kube-version', '1.36.1', '--api-versions', 'v1,apps/v1,apps/v1/Deployment'];

/** The codes in an error, in their order, or its first line. */
function codesIn(text: string): string {
  const codes = Array.from(text.matchAll(/(?<!warning)\berror\[([a-z0-9-]+)\]/gu), ([, code]) => code);
  return codes.join(', ') || (text.split('\n').find((line) => line !== '') ?? '');
}

function objectsIn(text: string): string[] {
  const lines = text.split('\n').filter((line) => line.startsWith('{'));
  // Argo CD orders the keys.
  return lines.map((line) => JSON.stringify(JSON.parse(line), (_key, value: unknown) => sorted(value)));
}

function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

function start(
  file: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<[stdout: string, stderr: string]> {
  return new Promise((done) => {
    execFile(file, args, { env, maxBuffer: 2 ** 30 }, (_error, stdout, stderr) => done([stdout, stderr]));
  });
}

/** What the repo-server says of each application, in their order. */
async function through(argocd: string, args: readonly string[], specs: readonly string[], env: NodeJS.ProcessEnv) {
  const flags = ['render', '-app-label-key', '', ...args, ...specs.flatMap((spec) => ['-spec', spec])];
  const parts = (await start(argocd, flags, env)).map((text) => text.split(/^APPLICATION .*\n/mu).slice(1));
  const [printed = [], said = []] = parts;
  if (printed.length !== specs.length) throw new Error(`${printed.length} of ${specs.length} were rendered`);
  return printed.map((text, index): Result => {
    const error = /^ERROR ([\s\S]*)/mu.exec(said[index] ?? '')?.[1];
    return error === undefined ? { objects: objectsIn(text) } : { error: codesIn(error) };
  });
}

async function onCommandLine(root: string, path: string, name: string, programs: ServerPrograms): Promise<Result> {
  const env = { PATH: process.env['PATH'], WAYBILL_HELM: programs.helm, WAYBILL_KUSTOMIZE: programs.kustomize };
  const args = ['render', join(root, path), '--root', root, '-o', 'json', '--app', name, '--namespace', NAMESPACE];
  const { code, stdout, stderr } = await runCli([...args, '--project', 'default', ...KUBERNETES], { cwd: root, env });
  return code === 0 ? { objects: objectsIn(stdout) } : { error: codesIn(stderr) };
}

function application(name: string, path: string): string {
  return JSON.stringify({
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Application',
    metadata: { name, namespace: 'argocd' },
    spec: {
      project: 'default',
      source: { repoURL: 'https://git.example.com/a/b.git', path, targetRevision: 'HEAD', plugin: { name: 'waybill' } },
      destination: { namespace: NAMESPACE, server: 'https://kubernetes.default.svc' },
    },
  });
}

function same(one: Result, other: Result | undefined): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** The first thing in which two results differ. */
function difference(one: Result, other: Result | undefined): string {
  if (!other || 'error' in one || 'error' in other)
    return `${JSON.stringify(one).slice(0, 300)}\n      ${JSON.stringify(other).slice(0, 300)}`;
  const at = one.objects.findIndex((object, index) => object !== other.objects[index]);
  return `${one.objects[at]?.slice(0, 400)}\n      ${other.objects[at]?.slice(0, 400)}`;
}

/** Prints how many directories give the same, and every difference. True when there is none. */
export async function run(roots: readonly string[], programs: ServerPrograms): Promise<boolean> {
  const folder = mkdtempSync(join(tmpdir(), 'waybill-corpus-'));
  const { argocd, helm, kustomize, confine } = programs;
  for (const end of ['', '.cache']) copyFileSync(`dist/waybill.cjs${end}`, join(folder, `waybill.cjs${end}`));
  const links = { waybill: join(folder, 'waybill.cjs'), helm, kustomize, 'waybill-confine': confine };
  for (const [name, target] of Object.entries(links)) symlinkSync(target, join(folder, name));
  const path = `${folder}:${dirname(process.execPath)}:/usr/bin:/bin`;
  const env = { ...process.env, PATH: `${folder}:${process.env['PATH']}` };
  const sockets = join(folder, 'sockets');
  mkdirSync(sockets);
  const server = await startServe({ script: links.waybill, folder: sockets, env: { PATH: path } });
  const counts = { equal: 0, 'all fail alike': 0, random: 0, differ: 0 };
  try {
    for (const given of roots) {
      const root = resolve(given);
      const places = Array.from(directories(root), ([at], index) => {
        const name = `${releaseName(root, at).slice(0, 40)}-${index}`;
        const spec = join(folder, `${index}.json`);
        writeFileSync(spec, application(name, at || '.'));
        return { at, name, spec };
      });
      const specs = places.map(({ spec }) => spec);
      const repository = ['-repo', root];
      const served = await through(argocd, [...repository, '-sockets', sockets], specs, env);
      const behind = ['-config', resolve('sidecar'), '-cmp-env', `PATH=${path}`];
      const started = await through(argocd, [...repository, ...behind], specs, env);
      for (const [index, { at, name }] of places.entries()) {
        const printed = await onCommandLine(root, at, name, programs);
        const results = { 'waybill serve': served[index], 'argocd-cmp-server': started[index] };
        const different = Object.entries(results).filter(([, result]) => !same(printed, result));
        if (different.length === 0) counts['error' in printed ? 'all fail alike' : 'equal'] += 1;
        // Charts may make names and passwords by chance.
        else if (!same(printed, await onCommandLine(root, at, name, programs))) counts.random += 1;
        else {
          counts.differ += 1;
          for (const [which, result] of different)
            process.stdout.write(`${which} differs: ${basename(root)}/${at}\n      ${difference(printed, result)}\n`);
        }
      }
      process.stderr.write(`${basename(root)}: ${JSON.stringify(counts)}\n`);
    }
  } finally {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
  process.stdout.write(
    `${Object.entries(counts)
      .map(([name, count]) => `${name}: ${count}`)
      .join(', ')}\n`,
  );
  return counts.differ === 0;
}
