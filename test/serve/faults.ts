/**
 * Renders of nine Applications by Argo CD's own client, while a tenth and callers without manners do everything wrong
 * that can be done: the same server, the same time. What is looked for: a wrong result, a crash, anything left behind,
 * and others that wait.
 */
import { execFile, spawn } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import type { TarEntry } from 'modern-tar';
import { input } from '../attacks/fuzz/inputs.ts';
import { type ServeProcess, startServe } from '../tools/serve-process.ts';
import { archiveOf, Caller, type CallOptions, file, messagesOf, type Step } from './client.ts';
import { requestOf } from './hostile-input.ts';

/** What a run needs. */
export interface FaultsOptions {
  /** An empty folder. */
  readonly folder: string;
  /** The built program. */
  readonly script: string;
  /** Argo CD's client (test/argocd). */
  readonly argocd: string;
  /** The environment of the server. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Renders in all: nine tenths of the Applications that behave, the rest faults. */
  readonly renders: number;
  /** Into how many rounds they are divided; each begins with a quiet part. */
  readonly rounds: number;
}

/** What a run found. */
export interface FaultsResult {
  /** Renders of Argo CD's client beside faults. */
  readonly renders: number;
  /** Faults by their kinds. */
  readonly faults: ReadonlyMap<string, number>;
  /** What was wrong, a sentence each. */
  readonly wrong: readonly string[];
  /** Milliseconds, p99 of each round: without faults, and beside them. */
  readonly quiet: readonly number[];
  readonly disturbed: readonly number[];
  /** Resident MiB of the server in the end. */
  readonly mebibytes: number;
}

const APPLICATIONS = 9;
/** Renders at a time: beside them one fault at a time, so that two processors are not all that there is to share. */
const PARALLEL = 1;

const config = (source: string): string =>
  `apiVersion: waybill.dev/v1\nkind: Waybill\nsource: { ${source} }\nenvironments: { production: {} }\n`;
const configMap = (name: string, more = ''): string =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: ${name} }\n${more}`;

/** Manifests, kustomizations and charts, three of each. */
function writeApplications(root: string): void {
  const write = (path: string, text: string): void => {
    mkdirSync(join(root, path, '..'), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  for (let index = 0; index < APPLICATIONS; index += 1) {
    const [kind, at] = [index % 3, `apps/${index}`];
    if (kind === 0) {
      write(`${at}/waybill.yaml`, config('manifests: base'));
      for (let one = 0; one < 12; one += 1) write(`${at}/base/${one}.yaml`, configMap(`a-${one}`, 'data: { a: b }\n'));
    } else if (kind === 1) {
      write(`${at}/waybill.yaml`, config('kustomize: base'));
      write(`${at}/base/kustomization.yaml`, 'namePrefix: x-\nresources: [a.yaml]\n');
      write(`${at}/base/a.yaml`, configMap('a', `data: { n: "${index}" }\n`));
    } else {
      write(`${at}/waybill.yaml`, config('helm: { chart: chart }'));
      write(`${at}/chart/Chart.yaml`, 'apiVersion: v2\nname: shop\nversion: 1.0.0\n');
      write(`${at}/chart/templates/a.yaml`, configMap('{{ .Release.Name }}', `data: { n: "${index}" }\n`));
    }
  }
}

function applicationText(index: number): string {
  return JSON.stringify({
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Application',
    metadata: { name: `app-${index}`, namespace: 'argocd' },
    spec: {
      project: 'default',
      source: {
        repoURL: 'https://git.example.com/acme/deployments.git',
        path: `apps/${index}`,
        targetRevision: 'HEAD',
        plugin: { name: 'waybill', parameters: [{ name: 'environment', string: 'production' }] },
      },
      destination: { namespace: 'shop', server: 'https://kubernetes.default.svc' },
    },
  });
}

/** The tenth Application, whatever it contains. */
const env = [
  { name: 'ARGOCD_APP_NAME', value: 'hostile' },
  { name: 'ARGOCD_APP_SOURCE_REPO_URL', value: 'https://git.example.com/evil/deployments.git' },
];

/** Inputs that take as long, or as much memory, as they are let. */
const greedy: Readonly<Record<string, readonly TarEntry[]>> = {
  'a template that does not end': [
    file('app/Chart.yaml', 'apiVersion: v2\nname: shop\nversion: 1.0.0\n'),
    file('app/templates/a.yaml', '{{ range until 10000000 }}{{ range until 100000 }}{{ end }}{{ end }}'),
  ],
  'aliases of aliases': [
    file(
      'app/a.yaml',
      `a0: &a0 [x, x, x, x, x, x, x, x, x]\n${Array.from({ length: 12 }, (_, index) => `a${index + 1}: &a${index + 1} [${`*a${index}, `.repeat(9)}]`).join('\n')}\n`,
    ),
  ],
  'brackets without end': [file('app/a.yaml', `${configMap('a')}x: ${'['.repeat(200_000)}`)],
  'ten thousand resources': [
    file('app/a.yaml', Array.from({ length: 10_000 }, (_, index) => configMap(`c${index}`)).join('---\n')),
  ],
  'a list of a million numbers': [file('app/a.yaml', configMap('a', `x: [${'1,'.repeat(1_000_000)}1]\n`))],
  'a kustomization of itself': [file('app/kustomization.yaml', 'resources: [../app]\n')],
};

const good: readonly TarEntry[] = [file('app/a.yaml', configMap('a', 'data: { x: "1" }\n'))];

/** Statuses that may be the answer of a fault. */
type Expected = readonly string[];
const refused: Expected = ['INVALID_ARGUMENT', 'RESOURCE_EXHAUSTED', 'UNKNOWN', 'INTERNAL'];
/** With the results of the hostile Application, which may be well-formed after all. */
const any: Expected = [...refused, 'OK'];

interface Fault {
  readonly steps: readonly Step[];
  readonly options: CallOptions;
  readonly expected: Expected;
}

const wait = (milliseconds: number): Promise<void> => new Promise((done) => setTimeout(done, milliseconds));

/** The kinds of faults, each a function of a number that chooses among its variants. */
const kinds: Readonly<Record<string, (number: number) => Promise<Fault>>> = {
  'broken archive': async (number) => {
    const archive = Buffer.from(await archiveOf(good));
    if (number % 3 === 0) return { steps: messagesOf(archive.subarray(0, -9)), options: {}, expected: refused };
    const at = number % archive.length;
    archive[at] = (archive[at] ?? 0) ^ 0xff;
    if (number % 3 === 1) return { steps: messagesOf(archive), options: {}, expected: any };
    const messages = messagesOf(archive, { checksum: 'a'.repeat(64) });
    return { steps: messages, options: {}, expected: refused };
  },
  'hostile archive': async (number) => {
    const link = { name: 'app/l', type: 'symlink' as const, size: 0, linkname: '../../etc/passwd' };
    const variants: readonly (readonly TarEntry[])[] = [
      [...good, file('app/../../x', 'x')],
      [...good, { header: link }],
      [...good, ...good],
      [...good, file('zeros', Buffer.alloc(8 * 1024 * 1024))],
    ];
    const entries = variants[number % variants.length] ?? good;
    return { steps: messagesOf(await archiveOf(entries), { env }), options: {}, expected: any };
  },
  'caller that disappears while it sends': async (number) => ({
    steps: [...messagesOf(await archiveOf(good), { env }, 50).slice(0, 2 + (number % 5)), wait(10_000)],
    options: { onStart: (cancel) => setTimeout(cancel, number % 20), end: false },
    expected: ['CANCELLED'],
  }),
  'caller that disappears while its render runs': async (number) => ({
    steps: messagesOf(await archiveOf(greedy['a template that does not end'] ?? []), { env }),
    options: { onStart: (cancel) => setTimeout(cancel, 50 + (number % 200)) },
    expected: ['CANCELLED'],
  }),
  'slow sender': async (number) => {
    const [first = Buffer.alloc(0), ...rest] = messagesOf(await archiveOf(good), { env }, 60);
    return { steps: [first, ...rest.flatMap((one) => [wait(20 + (number % 30)), one])], options: {}, expected: ['OK'] };
  },
  'greedy input': async (number) => {
    const variants = Object.values(greedy);
    const entries = variants[number % variants.length] ?? good;
    // The server answers 100 ms before the deadline; on a busy machine that can be too late.
    const expected = [...any, 'DEADLINE_EXCEEDED'];
    return { steps: messagesOf(await archiveOf(entries), { env }), options: { timeoutMs: 1000 }, expected };
  },
  'hostile input': async (number) => {
    const [one] = fc.sample(input, { numRuns: 1, seed: number });
    if (!one) throw new Error('there is no input');
    const request = requestOf(one);
    const all = [...env, ...request.env];
    return { steps: messagesOf(await archiveOf(request.entries), { env: all }), options: {}, expected: any };
  },
};

/** Most faults are cheap, as most mistakes are. */
const order = [
  'broken archive',
  'hostile input',
  'hostile archive',
  'caller that disappears while it sends',
  'hostile input',
  'slow sender',
  'broken archive',
  'caller that disappears while its render runs',
  'hostile input',
  'greedy input',
];

interface Client {
  readonly p99: number;
  readonly failed: number;
  readonly output: string;
}

/**
 * What a process has open, without what Node's event loops keep for themselves: epoll and event descriptors, and one
 * /dev/null for each loop that has started a program.
 */
function openFiles(pid: number): string[] {
  return readdirSync(`/proc/${pid}/fd`).flatMap((name) => {
    try {
      const target = readlinkSync(`/proc/${pid}/fd/${name}`);
      return target.startsWith('anon_inode') || target === '/dev/null' ? [] : [target];
    } catch {
      return [];
    }
  });
}

function childrenOf(pid: number): readonly string[] {
  return readdirSync(`/proc/${pid}/task`).flatMap((task) => {
    try {
      return readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').split(' ').filter(Boolean);
    } catch {
      return [];
    }
  });
}

/** One run. */
class Run {
  readonly #options: FaultsOptions;
  readonly #server: ServeProcess;
  readonly faults = new Map<string, number>();
  readonly wrong: string[] = [];
  #number = 0;

  constructor(options: FaultsOptions, server: ServeProcess) {
    this.#options = options;
    this.#server = server;
  }

  /** Renders the nine Applications through Argo CD's client. The objects of all are printed. */
  client(repeat: number): Promise<Client> {
    const { folder, argocd } = this.#options;
    const specs = Array.from({ length: APPLICATIONS }, (_, index) => ['-spec', join(folder, `${index}.json`)]);
    const args = ['-via', 'direct', '-sockets', folder, '-repo', join(folder, 'repository'), '-app-label-key', ''];
    const load = ['-repeat', String(repeat), '-parallel', String(PARALLEL), '-vary', '2'];
    return new Promise((done) => {
      execFile(
        argocd,
        ['render', ...args, ...load, ...specs.flat()],
        { maxBuffer: 2 ** 28, env: { ...process.env, TMPDIR: folder } },
        (_error, stdout, stderr) => {
          const [, failed = '-1', p99 = 'NaN'] = /failed (\d+) .* p99 ([\d.]+) ms/u.exec(stderr) ?? [];
          for (const line of stderr.split('\n')) if (line.startsWith('ERROR')) this.wrong.push(line.slice(0, 500));
          if (failed !== '0') this.wrong.push(`${failed} renders of those that behave failed`);
          done({ p99: Number(p99), failed: Number(failed), output: stdout });
        },
      );
    });
  }

  /** Starts Argo CD's client, and kills it in the middle. */
  async #killedClient(): Promise<void> {
    const { folder, argocd } = this.#options;
    const args = ['render', '-via', 'direct', '-q', '-sockets', folder, '-repo', join(folder, 'repository')];
    const child = spawn(argocd, [...args, '-spec', join(folder, '0.json'), '-repeat', '100000', '-vary', '1'], {
      stdio: 'ignore',
      env: { ...process.env, TMPDIR: join(folder, 'killed') },
    });
    const ended = new Promise((done) => child.on('close', done));
    await wait(500);
    child.kill('SIGKILL');
    await ended;
    this.#count('client that is killed');
  }

  #count(kind: string): void {
    this.faults.set(kind, (this.faults.get(kind) ?? 0) + 1);
  }

  /** Does so many faults, one after the other, each as a caller of its own. */
  async inject(count: number): Promise<void> {
    for (let done = 0; done < count; done += 1) {
      this.#number += 1;
      const number = this.#number;
      if (number % 200 === 13) {
        await this.#killedClient();
        continue;
      }
      const kind = order[number % order.length] ?? '';
      const fault = await kinds[kind]?.(Math.floor(number / order.length));
      if (!fault) throw new Error(`there is no fault ${kind}`);
      const caller = new Caller(this.#server.socket);
      const { status, text, manifests } = await caller.send(fault.steps, fault.options);
      caller.close();
      this.#count(kind);
      if (!fault.expected.includes(status)) this.wrong.push(`${kind} ${number}: ${status} ${text}`.slice(0, 500));
      if (status !== 'OK' && manifests.length > 0) this.wrong.push(`${kind} ${number}: manifests beside ${status}`);
    }
  }
}

/** Waits until nothing of the work is left, at most ten seconds. */
async function settled(isSettled: () => boolean): Promise<boolean> {
  for (let tries = 0; tries < 100 && !isSettled(); tries += 1) await wait(100);
  return isSettled();
}

/** Does the whole run and stops the server. */
export async function runFaults(options: FaultsOptions): Promise<FaultsResult> {
  const { folder, script, renders, rounds } = options;
  const root = join(folder, 'repository');
  writeApplications(root);
  for (let index = 0; index < APPLICATIONS; index += 1)
    writeFileSync(join(folder, `${index}.json`), applicationText(index));
  const temporary = join(folder, 'tmp');
  for (const one of [temporary, join(folder, 'killed')]) mkdirSync(one);
  const server = await startServe({ script, folder, env: { ...options.env, TMPDIR: temporary } });
  const run = new Run(options, server);
  const [quiet, disturbed]: [number[], number[]] = [[], []];
  const good = Math.ceil((renders * 0.9) / rounds / APPLICATIONS);
  const warm = await run.client(4);
  const [files, open] = [readdirSync(temporary), openFiles(server.pid)];
  for (let round = 0; round < rounds; round += 1) {
    quiet.push((await run.client(Math.max(4, Math.ceil(good / 4)))).p99);
    const [beside] = await Promise.all([run.client(good), run.inject(Math.floor(renders / 10 / rounds))]);
    disturbed.push(beside.p99);
    if (beside.output !== warm.output) run.wrong.push(`round ${round}: other manifests than before`);
  }
  const { wrong } = run;
  const caller = new Caller(server.socket);
  if ((await caller.health()) !== 'SERVING') wrong.push('the server is not well');
  caller.close();
  if (!(await settled(() => childrenOf(server.pid).length === 0))) wrong.push('a program still runs');
  const left = (): string[] => readdirSync(temporary).filter((name) => !files.includes(name));
  if (!(await settled(() => left().length === 0))) wrong.push(`files are left: ${left().join(', ')}`);
  const more = (): number => openFiles(server.pid).length - open.length;
  if (!(await settled(() => more() <= 0)))
    wrong.push(`${more()} descriptors are left: ${openFiles(server.pid).join(' ')}`);
  const broken = server.log().filter(({ outcome }) => outcome === 'internal');
  for (const { error } of broken.slice(0, 5)) wrong.push(`an internal error: ${String(error)}`);
  const resident = /^VmRSS:\s+(\d+)/mu.exec(readFileSync(`/proc/${server.pid}/status`, 'utf8'))?.[1];
  const code = await server.stop();
  if (code !== 0) wrong.push(`the server ended with ${code}`);
  const all = good * rounds * APPLICATIONS;
  return { renders: all, faults: run.faults, wrong, quiet, disturbed, mebibytes: Number(resident) / 1024 };
}
