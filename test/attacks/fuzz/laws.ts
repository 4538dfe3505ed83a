/**
 * What must hold whatever an author writes. The judge of images and records here is written anew, from the output
 * alone, so that it does not share a mistake with the product.
 */
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { runCli } from '../../tools/run-cli.ts';
import { type Input, outside } from './inputs.ts';

/** Secrets that no output may show: in the process's environment, and in a file beside the repository. */
const canaries = { environment: 'canary-env-8d1f', file: 'canary-file-77b2' } as const;

const outputBytes = 2_000_000;
const limits = { seconds: 30, nodes: 30_000, resources: 500, outputBytes, bytes: 2_000_000 };

/** The programs to use. */
export interface Programs {
  readonly helm: string;
  readonly kustomize: string;
}

function write(root: string, files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function field(value: unknown, ...path: readonly string[]): unknown {
  let current = value;
  for (const key of path) {
    if (!isObject(current) || !Object.hasOwn(current, key)) return undefined;
    current = current[key];
  }
  return current;
}

const podSpecs: Readonly<Record<string, readonly string[]>> = {
  'v1/Pod': ['spec'],
  'apps/v1/Deployment': ['spec', 'template', 'spec'],
  'batch/v1/Job': ['spec', 'template', 'spec'],
  'batch/v1/CronJob': ['spec', 'jobTemplate', 'spec', 'template', 'spec'],
};

function imagesOf(manifest: unknown): readonly string[] {
  const path = podSpecs[`${String(field(manifest, 'apiVersion'))}/${String(field(manifest, 'kind'))}`];
  if (!path) return [];
  const spec = field(manifest, ...path);
  return ['containers', 'initContainers', 'ephemeralContainers'].flatMap((list) => {
    const containers = field(spec, list);
    if (!Array.isArray(containers)) return [];
    return containers.flatMap((container) => {
      const image = field(container, 'image');
      return typeof image === 'string' && image !== '' ? [image] : [];
    });
  });
}

/** What is wrong with a line of output, under this policy. */
function faultsOf(manifest: unknown, { policy, environment, env }: Input): readonly string[] {
  const faults: string[] = [];
  if (!isObject(manifest)) return ['a line is no object'];
  for (const key of ['apiVersion', 'kind'])
    if (typeof manifest[key] !== 'string' || manifest[key] === '') faults.push(`no ${key}`);
  if (Array.isArray(manifest['items'])) faults.push('a list, which Argo CD takes apart');
  const name = field(manifest, 'metadata', 'name') ?? field(manifest, 'metadata', 'generateName');
  if (typeof name !== 'string' || name === '') faults.push('no name');
  if ('registries' in policy) {
    for (const image of imagesOf(manifest)) if (!image.startsWith('ghcr.io/acme/')) faults.push(`the image ${image}`);
  }
  const rules: unknown = 'environments' in policy ? policy.environments : [];
  const rule: unknown = Array.isArray(rules) ? rules[0] : undefined;
  const namespace = field(manifest, 'metadata', 'namespace') ?? env['ARGOCD_APP_NAMESPACE'];
  const isBound = field(rule, 'namespaces') !== undefined;
  if (isBound && environment !== 'production' && namespace === 'shop-production' && manifest['kind'] === 'ConfigMap') {
    faults.push(`${environment} in the namespace of production`);
  }
  if (
    'sourceRepositories' in policy &&
    manifest['kind'] === 'ConfigMap' &&
    typeof name === 'string' &&
    /^waybill\..*\.[0-9a-f]{40}$/u.test(name) &&
    !name.startsWith('waybill.acme.team-a-')
  ) {
    faults.push(`the record ${name}`);
  }
  return faults;
}

/** A function that renders an input and tells which laws it breaks; and what removes its folders. */
export function lawKeeper(programs: Programs): { broken(input: Input): Promise<readonly string[]>; close(): void } {
  const base = realpathSync(mkdtempSync(join(tmpdir(), 'waybill-fuzz-')));
  mkdirSync(outside, { recursive: true });
  writeFileSync(
    join(outside, 'secret.yaml'),
    `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: ${canaries.file} }\n`,
  );
  let count = 0;
  const render = async (input: Input, work: string) => {
    const parameters = [
      { name: 'environment', string: input.environment },
      ...(input.values === undefined ? [] : [{ name: 'values', map: input.values }]),
      ...(input.images === undefined ? [] : [{ name: 'images', array: input.images }]),
    ];
    return runCli(['plugin', 'generate'], {
      cwd: join(work, '_cmp_server', 'x', 'app'),
      env: {
        PATH: process.env['PATH'],
        HOME: work,
        ARGOCD_CMP_WORKDIR: work,
        ARGOCD_APP_PARAMETERS: JSON.stringify(parameters),
        WAYBILL_HELM: programs.helm,
        WAYBILL_KUSTOMIZE: programs.kustomize,
        ...input.env,
        WAYBILL_POLICY: join(work, 'policy.yaml'),
        OPERATOR_TOKEN: canaries.environment,
      },
    });
  };
  const broken = async (input: Input): Promise<readonly string[]> => {
    count += 1;
    const work = join(base, String(count));
    try {
      write(join(work, '_cmp_server', 'x', 'app'), input.files);
      // What `../../` reaches from the application lies beside the received repository.
      write(join(work, '_cmp_server'), {
        'outside/secret.yaml': `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: ${canaries.file} }\n`,
      });
      const policy = { apiVersion: 'waybill.dev/v1', kind: 'Policy', ...input.policy, limits };
      writeFileSync(join(work, 'policy.yaml'), JSON.stringify(policy));
      const [first, second] = [await render(input, work), await render(input, work)];
      const { code, stdout, stderr } = first;
      const faults: string[] = [];
      for (const canary of Object.values(canaries))
        if (`${stdout}${stderr}`.includes(canary)) faults.push(`shows ${canary}`);
      if (stderr.includes('internal error')) faults.push(`an internal error: ${stderr.slice(0, 2000)}`);
      // oxlint-disable-next-line no-control-regex -- what must not be there
      if (/[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u202A-\u202E]/u.test(stderr))
        faults.push('a control character in an error');
      if (Buffer.byteLength(stdout) > outputBytes) faults.push('more output than the policy allows');
      if (stdout !== second.stdout || code !== second.code) faults.push('two renders differ');
      if (code !== 0 && stdout !== '') faults.push('output beside an error');
      if (code !== 0 && stderr === '') faults.push('an error that says nothing');
      if (code !== 0) return faults;
      const lines = stdout.split('\n').filter((line) => line !== '');
      if (lines.length === 0 && !input.files['waybill.yaml']?.includes('"allowEmpty":true'))
        faults.push('nothing is printed');
      for (const line of lines) {
        try {
          faults.push(...faultsOf(JSON.parse(line), input));
        } catch (error) {
          faults.push(`a line that is not JSON: ${String(error)}`);
        }
      }
      return faults;
    } finally {
      rmSync(work, { recursive: true, force: true });
    }
  };
  const close = (): void => {
    rmSync(base, { recursive: true, force: true });
    rmSync(outside, { recursive: true, force: true });
  };
  return { broken, close };
}
