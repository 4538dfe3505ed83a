/**
 * Whether Node, helm, kustomize and git are there in a version that Waybill works with. Only a source that asks for
 * helm or kustomize needs it, so a missing one is no mistake.
 */
import type { Binaries, Confinement, Binary } from '../binaries/binaries.ts';
import { inspectBoundary } from '../binaries/confine.ts';
import { inspectHelm } from '../binaries/helm.ts';
import { inspectKustomize } from '../binaries/kustomize.ts';
import { Failure } from '../diagnostics/failure.ts';
import { git } from '../git/git.ts';
import { findEngine } from '../notifications/engine/engine.ts';
import { failed, type Finding } from './finding.ts';

/** Oldest Node of package.json's engines. */
const NODE = { major: 20, minor: 19 };

/** The Node that runs this. */
export function checkNode(version = process.versions.node): Finding {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const subject = 'node';
  if (major > NODE.major || (major === NODE.major && minor >= NODE.minor))
    return { subject, state: 'ok', detail: version };
  return {
    subject,
    state: 'wrong',
    detail: `${version} is too old`,
    advice: [`Install Node ${NODE.major}.${NODE.minor} or newer.`],
  };
}

async function check(subject: string, inspect: () => Promise<Binary & { readonly version: string }>): Promise<Finding> {
  try {
    const { version, path } = await inspect();
    return { subject, state: 'ok', detail: `${version} (${path})` };
  } catch (error) {
    const [first] = error instanceof Failure ? error.diagnostics : [];
    if (first?.code !== 'binary-missing') return failed(subject, 'wrong', error);
    const detail = `not installed: only a source of kind ${subject} needs it`;
    return { subject, state: 'missing', detail, advice: first.help?.slice(0, 1) ?? [] };
  }
}

/** The helm that a helm source would use. */
export function checkHelm(binaries: Binaries): Promise<Finding> {
  return check('helm', () => inspectHelm(binaries));
}

/** The kustomize that a kustomize source would use. */
export function checkKustomize(binaries: Binaries): Promise<Finding> {
  return check('kustomize', () => inspectKustomize(binaries));
}

/**
 * The boundary around helm and kustomize: which one this machine can set, held against the policy (undefined when it
 * cannot be read).
 */
export async function checkBoundary(binaries: Binaries, confinement: Confinement = 'preferred'): Promise<Finding> {
  const subject = 'boundary';
  const without = confinement === 'required' ? 'wrong' : 'missing';
  if (confinement === 'off') return { subject, state: 'ok', detail: 'off by the policy' };
  try {
    const { path, whole, detail } = (await inspectBoundary(binaries)) ?? {};
    if (path === undefined || detail === undefined) {
      const advice = ["waybill-confine is in the sidecar's image, and can be built from sidecar/confine for Linux."];
      return {
        subject,
        state: without,
        detail: `none: waybill-confine is not installed (confinement: ${confinement})`,
        advice,
      };
    }
    const shown = `${detail} (${path})`;
    if (whole) return { subject, state: 'ok', detail: shown };
    return {
      subject,
      state: without,
      detail: shown,
      advice: ['Use a node whose kernel is Linux 6.2 or newer with Landlock.'],
    };
  } catch (error) {
    return failed(subject, 'wrong', error);
  }
}

/** Argo CD's notifications controller as a program, which only `notifications simulate` and `validate` start. */
export async function checkEngine(env: Binaries['env']): Promise<Finding> {
  const subject = 'engine';
  try {
    const { path } = findEngine(env);
    return { subject, state: 'ok', detail: `waybill-engine (${path})` };
  } catch (error) {
    const [first] = error instanceof Failure ? error.diagnostics : [];
    if (first?.code !== 'binary-missing') return failed(subject, 'wrong', error);
    const detail = 'waybill-engine is not installed: only notifications simulate and validate use it';
    return { subject, state: 'missing', detail, advice: first.help?.slice(0, 1) ?? [] };
  }
}

/** git, which `diff --against`, and every command with `--commit` or `--push`, needs. */
export async function checkGit(env: Binaries['env'], cwd: string): Promise<Finding> {
  const { status, stdout, stderr } = await git(['--version'], { cwd, env });
  const subject = 'git';
  if (status === 0) return { subject, state: 'ok', detail: stdout.toString().replace('git version ', '').trim() };
  return { subject, state: 'missing', detail: stderr.trim(), advice: ['Install git and put it on PATH.'] };
}
