/**
 * Renders applications through Argo CD's own argocd-cmp-server and repo-server (test/argocd), with Waybill as the
 * sidecar has it: sidecar/plugin.yaml, the bundle on PATH, and an environment that holds nothing else.
 */
import { execFile } from 'node:child_process';
import { mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { argocdBinary } from './argocd.mjs';
import { helm4Binary, kustomizeBinary } from './renderers.mjs';

/** What Argo CD made of an Application: manifests as it holds them, or the message of its ComparisonError. */
export interface ArgoCDResult {
  readonly manifests: readonly unknown[];
  readonly error: string | undefined;
}

/** One Application. */
export interface ArgoCDRequest {
  /** The config repository: a folder, committed into a new git repository. */
  readonly repository: string;
  /** The Application, as YAML. */
  readonly application: string;
  /** Text of the operator's policy. @default none: the defaults */
  readonly policy?: string;
  /** Further flags of `argocd render` (test/argocd/render). */
  readonly flags?: readonly string[];
}

interface Ended {
  readonly stdout: string;
  readonly stderr: string;
}

function run(file: string, args: readonly string[]): Promise<Ended> {
  return new Promise((done) => {
    execFile(file, args, { maxBuffer: 1 << 28 }, (_error, stdout, stderr) => done({ stdout, stderr }));
  });
}

function resultOf({ stdout, stderr }: Ended): ArgoCDResult {
  const error = /^ERROR ([\s\S]*)/mu.exec(stderr)?.[1]?.trimEnd();
  const lines = stdout.split('\n').filter((line) => line !== '');
  return { error, manifests: lines.map((line): unknown => JSON.parse(line)) };
}

/** Functions of a test file that talk to Argo CD. Builds the bundle first; call at the top of a test file. */
export function useArgoCD(): {
  /** Renders one Application. */
  render(request: ArgoCDRequest): Promise<ArgoCDResult>;
  /** Renders several Applications of one repository with the same servers. */
  renderAll(repository: string, applications: readonly string[]): Promise<ArgoCDResult[]>;
  /** The parameters that Argo CD's UI would show, as JSON. */
  parameters(request: ArgoCDRequest): Promise<string>;
  /** The Applications that an ApplicationSet makes, each as YAML. */
  applications(applicationSet: string): Promise<string[]>;
} {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'waybill-argocd-')));
  let binary = '';
  const sidecar: string[] = [];
  let count = 0;
  beforeAll(async () => {
    binary = await argocdBinary();
    // A place of its own: other test files build too.
    await run(process.execPath, ['tools/bundle.mjs', join(folder, 'waybill.cjs')]);
    symlinkSync(join(folder, 'waybill.cjs'), join(folder, 'waybill'));
    symlinkSync(await helm4Binary(), join(folder, 'helm'));
    symlinkSync(await kustomizeBinary(), join(folder, 'kustomize'));
    sidecar.push(
      '-config',
      resolve('sidecar'),
      '-cmp-env',
      `PATH=${folder}:${dirname(process.execPath)}:/usr/bin:/bin`,
    );
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  function file(name: string, text: string): string {
    count += 1;
    const path = join(folder, `${count}-${name}`);
    writeFileSync(path, text);
    return path;
  }

  function ask(mode: string, request: ArgoCDRequest, others: readonly string[] = []): Promise<Ended> {
    const specs = [request.application, ...others].flatMap((text) => ['-spec', file('application.yaml', text)]);
    const policy =
      request.policy === undefined ? [] : ['-cmp-env', `WAYBILL_POLICY=${file('policy.yaml', request.policy)}`];
    // Without tracking Argo CD adds nothing to the objects, so they can be compared as they are.
    const flags = ['-mode', mode, '-repo', request.repository, ...specs, '-app-label-key', ''];
    return run(binary, ['render', ...flags, ...sidecar, ...policy, ...(request.flags ?? [])]);
  }

  return {
    async render(request) {
      return resultOf(await ask('render', request));
    },
    async renderAll(repository, [application = '', ...others]) {
      const { stdout, stderr } = await ask('render', { repository, application }, others);
      if (others.length === 0) return [resultOf({ stdout, stderr })];
      const [printed, said] = [stdout, stderr].map((text) => text.split(/^APPLICATION .*\n/mu).slice(1));
      return (printed ?? []).map((text, index) => resultOf({ stdout: text, stderr: said?.[index] ?? '' }));
    },
    async parameters(request) {
      const { stdout, stderr } = await ask('params', request);
      return stdout || stderr;
    },
    async applications(applicationSet) {
      const { stdout, stderr } = await run(binary, ['applicationset', applicationSet]);
      if (stderr !== '') throw new Error(stderr);
      return stdout.split(/^---\n/mu).filter((text) => text !== '');
    },
  };
}
