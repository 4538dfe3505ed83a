/**
 * Renders applications through Argo CD's own repo-server (test/argocd), with Waybill as the sidecar has it: behind
 * argocd-cmp-server (sidecar/plugin.yaml, the bundle on PATH), or as `waybill serve`. Its environment holds nothing else.
 */
import { execFile } from 'node:child_process';
import { mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { argocdBinary } from './argocd.mjs';
import { confineBinary } from './confine.mjs';
import { builtProgram } from './program.mjs';
import { helm4Binary, kustomizeBinary } from './renderers.mjs';
import { type ServeProcess, startServe } from './serve-process.ts';

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

function run(file: string, args: readonly string[], env = process.env): Promise<Ended> {
  return new Promise((done) => {
    execFile(file, args, { maxBuffer: 1 << 28, env }, (_error, stdout, stderr) => done({ stdout, stderr }));
  });
}

function resultOf({ stdout, stderr }: Ended): ArgoCDResult {
  const error = /^ERROR ([\s\S]*)/mu.exec(stderr)?.[1]?.trimEnd();
  const lines = stdout.split('\n').filter((line) => line !== '');
  return { error, manifests: lines.map((line): unknown => JSON.parse(line)) };
}

/** The two ways in which Argo CD reaches Waybill. */
export const servers = ['argocd-cmp-server', 'waybill serve'] as const;

/** One of {@link servers}. */
export type ServerName = (typeof servers)[number];

/** Functions of a test file that talk to Argo CD. Builds the bundle first; call at the top of a test file or group. */
export function useArgoCD(server: ServerName = 'argocd-cmp-server'): {
  /** Renders one Application. */
  render(request: ArgoCDRequest): Promise<ArgoCDResult>;
  /** Renders several Applications of one repository with the same servers. */
  renderAll(
    repository: string,
    applications: readonly string[],
    more?: Pick<ArgoCDRequest, 'policy' | 'flags'>,
  ): Promise<ArgoCDResult[]>;
  /** The parameters that Argo CD's UI would show, as JSON. */
  parameters(request: ArgoCDRequest): Promise<string>;
  /** The Applications that an ApplicationSet makes, each as YAML. */
  applications(applicationSet: string): Promise<string[]>;
} {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'waybill-argocd-')));
  let binary = '';
  const sidecar: string[] = [];
  let count = 0;
  let serve: ServeProcess | undefined;
  beforeAll(async () => {
    binary = await argocdBinary();
    symlinkSync(await builtProgram(), join(folder, 'waybill'));
    symlinkSync(await confineBinary(), join(folder, 'waybill-confine'));
    symlinkSync(await helm4Binary(), join(folder, 'helm'));
    symlinkSync(await kustomizeBinary(), join(folder, 'kustomize'));
    const path = `${folder}:${dirname(process.execPath)}:/usr/bin:/bin`;
    if (server === 'argocd-cmp-server') {
      sidecar.push('-config', resolve('sidecar'), '-cmp-env', `PATH=${path}`);
      return;
    }
    // Each request writes its policy there, while the server runs.
    writePolicy();
    serve = await startServe({
      folder,
      env: { PATH: path, WAYBILL_POLICY: join(folder, 'policy.yaml') },
    });
    sidecar.push('-sockets', folder);
  });
  afterAll(async () => {
    await serve?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  function writePolicy(text = 'apiVersion: waybill.dev/v1\nkind: Policy\n'): void {
    writeFileSync(join(folder, 'policy.yaml'), text);
  }

  function file(name: string, text: string): string {
    count += 1;
    const path = join(folder, `${count}-${name}`);
    writeFileSync(path, text);
    return path;
  }

  function ask(mode: string, request: ArgoCDRequest, others: readonly string[] = []): Promise<Ended> {
    const specs = [request.application, ...others].flatMap((text) => ['-spec', file('application.yaml', text)]);
    if (serve) writePolicy(request.policy);
    const policy =
      request.policy === undefined || serve
        ? []
        : ['-cmp-env', `WAYBILL_POLICY=${file('policy.yaml', request.policy)}`];
    // Without tracking Argo CD adds nothing to the objects, so they can be compared as they are.
    const flags = ['-mode', mode, '-repo', request.repository, ...specs, '-app-label-key', ''];
    // The repo-server itself runs helm and kustomize for Applications without a plugin.
    const env = { ...process.env, PATH: `${folder}:${process.env['PATH']}` };
    return run(binary, ['render', ...flags, ...sidecar, ...policy, ...(request.flags ?? [])], env);
  }

  return {
    async render(request) {
      return resultOf(await ask('render', request));
    },
    async renderAll(repository, [application = '', ...others], more = {}) {
      const { stdout, stderr } = await ask('render', { repository, application, ...more }, others);
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
