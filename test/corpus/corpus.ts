/**
 * Holds Waybill against kustomize, helm and Argo CD's own directory reader over checkouts of manifests: every directory
 * of each is rendered by both, and the resources are compared. Nothing is written into the checkouts.
 */
import { execFile } from 'node:child_process';
import { basename, join, relative, resolve } from 'node:path';
import { isArray, isObject, type Json } from '../../plugin/resources/json.ts';
import { readYaml } from '../../plugin/yaml/read.ts';
import { type DirectoryReader, startDirectoryReader } from '../tools/argocd-directory.ts';
import { runCli } from '../tools/run-cli.ts';
import { directories, type Kind, releaseName } from './directories.ts';

/** The programs to compare with. */
interface Programs {
  readonly helm: string;
  readonly kustomize: string;
}

type Outcome =
  | 'equal'
  | 'both fail'
  | 'only Waybill fails'
  | 'only the other fails'
  | 'differ'
  | 'random'
  | 'no manifests';

const outcomes: readonly Outcome[] = [
  'equal',
  'both fail',
  'only Waybill fails',
  'only the other fails',
  'differ',
  'random',
  'no manifests',
];

/** Resources in an order and a form that two programs share, or why there are none. */
type Result = { readonly resources: readonly string[] } | { readonly error: string };

function sorted(value: Json): unknown {
  if (isArray(value)) return value.map(sorted);
  if (typeof value === 'bigint') return `${value}`;
  if (!isObject(value)) return value;
  const keys = Object.keys(value).sort();
  return Object.fromEntries(keys.map((key) => [key, sorted(value[key] ?? null)]));
}

/** The resources in printed manifests; lists are taken apart, and empty documents left out. */
function resourcesIn(texts: readonly string[]): string[] {
  const values = texts.flatMap((text) => readYaml(text, { file: 'output', duplicateKeys: 'last-wins' }));
  const each = (value: Json): Json[] => {
    const items = isObject(value) ? value['items'] : undefined;
    return isArray(items) ? items.flatMap(each) : [value];
  };
  return values
    .flatMap(({ value }) => each(value))
    .map((value) => JSON.stringify(sorted(value)))
    .sort();
}

function read(texts: readonly string[]): Result {
  try {
    return { resources: resourcesIn(texts) };
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) };
  }
}

function start(program: string, args: readonly string[], cwd: string): Promise<Result> {
  const env = { ...process.env, GIT_TERMINAL_PROMPT: '0' };
  return new Promise((done) => {
    execFile(program, args, { cwd, env, maxBuffer: 1 << 28, timeout: 30_000 }, (error, stdout, stderr) =>
      done(error ? { error: stderr.trim() || error.message } : read([stdout])),
    );
  });
}

async function waybill(root: string, path: string, { helm, kustomize }: Programs): Promise<Result> {
  const env = { PATH: process.env['PATH'], WAYBILL_HELM: helm, WAYBILL_KUSTOMIZE: kustomize };
  const args = ['render', join(root, path), '--root', root, '--no-stamp', '--app', releaseName(root, path)];
  const { code, stdout, stderr } = await runCli([...args, '--namespace', 'default'], { cwd: root, env });
  return code === 0 ? read([stdout]) : { error: stderr };
}

async function other(
  kind: Kind,
  root: string,
  path: string,
  { helm, kustomize }: Programs,
  reader: DirectoryReader,
): Promise<Result> {
  if (kind === 'kustomize') return start(kustomize, ['build', join(root, path)], root);
  if (kind === 'helm') {
    const args = ['template', releaseName(root, path), join(root, path), '--namespace', 'default', '--include-crds'];
    return start(helm, args, root);
  }
  const { manifests = [], error } = await reader.ask({ root, path: path || '.' });
  return error === undefined ? read(manifests) : { error };
}

function compare(ours: Result, theirs: Result): Outcome {
  if ('error' in ours) {
    if ('error' in theirs) return 'both fail';
    return theirs.resources.length === 0 ? 'no manifests' : 'only Waybill fails';
  }
  if ('error' in theirs) return 'only the other fails';
  return ours.resources.join('\n') === theirs.resources.join('\n') ? 'equal' : 'differ';
}

/** The codes of a refusal, each once. */
function reason(result: Result): string {
  if (!('error' in result)) return '';
  const codes = new Set(Array.from(result.error.matchAll(/error\[([a-z0-9-]+)\]/gu), ([, code]) => code));
  return [...codes].join(', ') || (result.error.split('\n')[0] ?? '').slice(0, 80);
}

/** Which resources only one of the two has, by kind and name. */
function difference(ours: Result, theirs: Result): string {
  if ('error' in ours || 'error' in theirs) return '';
  const [mine, others] = [new Set(ours.resources), new Set(theirs.resources)];
  const only = [
    ...ours.resources.filter((one) => !others.has(one)).map((one) => `only Waybill: ${one.slice(0, 200)}`),
    ...theirs.resources.filter((one) => !mine.has(one)).map((one) => `only the other: ${one.slice(0, 200)}`),
  ];
  return only.slice(0, 4).join('\n      ');
}

function row(cells: readonly (string | number)[]): string {
  return cells.map((cell) => String(cell).padStart(21)).join('');
}

/** Prints the table over all directories, what differs, and why only Waybill fails. */
export async function run(roots: readonly string[], programs: Programs): Promise<void> {
  const reader = await startDirectoryReader();
  const counts = new Map<string, number>();
  const reasons = new Map<string, string[]>();
  const details: string[] = [];
  for (const given of roots) {
    const root = resolve(given);
    for (const [path, kind] of directories(root)) {
      const [ours, theirs] = [await waybill(root, path, programs), await other(kind, root, path, programs, reader)];
      const first = compare(ours, theirs);
      // Charts may make names and passwords by chance: what differs from itself cannot be compared.
      const outcome =
        first === 'differ' && compare(theirs, await other(kind, root, path, programs, reader)) === 'differ'
          ? 'random'
          : first;
      process.stderr.write(`${outcome}: ${kind} ${join(basename(root), path)} ${reason(ours)}\n`);
      counts.set(`${kind} ${outcome}`, (counts.get(`${kind} ${outcome}`) ?? 0) + 1);
      const name = join(basename(root), relative(root, join(root, path)));
      if (outcome === 'differ') details.push(`differ: ${kind} ${name}\n      ${difference(ours, theirs)}`);
      if (outcome === 'only Waybill fails' || outcome === 'only the other fails') {
        const key = `${outcome}: ${kind}: ${reason(outcome === 'only Waybill fails' ? ours : theirs)}`;
        reasons.set(key, [...(reasons.get(key) ?? []), name]);
      }
    }
  }
  reader.close();
  const table = (['helm', 'kustomize', 'plain'] as const).map((kind) =>
    row([kind, ...outcomes.map((outcome) => counts.get(`${kind} ${outcome}`) ?? 0)]),
  );
  const why = [...reasons].map(
    ([key, names]) => `${names.length} × ${key}\n      ${names.slice(0, 5).join('\n      ')}`,
  );
  process.stdout.write(`${[row(['', ...outcomes]), ...table, '', ...details, '', ...why.sort()].join('\n')}\n`);
}
