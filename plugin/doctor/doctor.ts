/**
 * What is installed, which policy applies, who would ask registries and push, what the applications here lack, and what a
 * cluster lacks, with what to do about each.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { findApplications } from '../applications/find.ts';
import type { Binaries } from '../binaries/binaries.ts';
import { loadApplication } from '../config/load.ts';
import { isNative } from '../config/native.ts';
import { Failure } from '../diagnostics/failure.ts';
import { createDirectoryTree } from '../files/directory.ts';
import type { FileTree } from '../files/tree.ts';
import { dataOf, readSettings } from '../notifications/checking/settings.ts';
import { makeProduct } from '../notifications/generate/product.ts';
import { loadPolicy } from '../policy/load.ts';
import { fileLimits, type Policy } from '../policy/policy.ts';
import type { ManyOptions } from '../renders/many.ts';
import { checkApplications } from './applications.ts';
import { checkCluster, type ClusterRequest } from './cluster.ts';
import { checkCosign } from './cosign.ts';
import { failed, type Finding } from './finding.ts';
import { checkRegistries } from './registries.ts';
import { checkRepository } from './repository.ts';
import { checkTokens } from './tokens.ts';
import { checkBoundary, checkEngine, checkGit, checkHelm, checkKustomize, checkNode } from './programs.ts';

/** Where to look. */
export interface Patient {
  readonly env: Binaries['env'];
  /** Absolute path. */
  readonly root: string;
  /** The application's directory relative to the root. */
  readonly directory: string;
  /** How renders are done. */
  readonly many: ManyOptions;
  /** Which cluster to look at; undefined: none. */
  readonly cluster: Pick<ClusterRequest, 'server' | 'namespace'> | undefined;
}

/** What a policy leaves open that a newcomer would not expect. */
function open({ file, sourceRepositories }: Policy): Pick<Finding, 'advice'> {
  if (file === undefined || sourceRepositories !== undefined) return {};
  return {
    advice: [
      'Without sourceRepositories in it, every application may report deployments for every source repository (docs/policy.md).',
    ],
  };
}

/** The policy (undefined when it cannot be read) and what is to say about it. */
function checkPolicy({ env }: Patient): { readonly policy: Policy | undefined; readonly finding: Finding } {
  const subject = 'policy';
  try {
    const policy = loadPolicy(env, 'cli');
    return {
      policy,
      finding: { subject, state: 'ok', detail: policy.file ?? 'none: the defaults apply', ...open(policy) },
    };
  } catch (error) {
    return { policy: undefined, finding: failed(subject, 'wrong', error) };
  }
}

/** notifications.yaml at the root, where there is one: what it generates. */
function checkNotifications({ root }: Patient): { readonly finding?: Finding; readonly data?: Map<string, string> } {
  const subject = 'notifications';
  const file = ['notifications.yaml', 'waybill-adopt/notifications.yaml'].find((name) => existsSync(join(root, name)));
  if (file === undefined) return {};
  try {
    const text = readFileSync(join(root, file), 'utf8');
    const product = makeProduct({ file, text }, undefined, 'configmap');
    const settings = readSettings(product.text, file);
    const advice = product.warnings.map(({ message }) => message);
    const finding: Finding = { subject, state: 'ok', detail: file, ...(advice.length === 0 ? {} : { advice }) };
    return { finding, data: new Map(Object.entries(dataOf(settings))) };
  } catch (error) {
    return { finding: failed(subject, 'wrong', error) };
  }
}

/** Looks at everything; one finding each, in a fixed order. */
export async function examine(patient: Patient): Promise<Finding[]> {
  const { env, root, directory, many, cluster } = patient;
  const binaries: Binaries = { env };
  const { policy, finding } = checkPolicy(patient);
  const looked = await Promise.all([
    checkGit(env, root),
    checkHelm(binaries),
    checkKustomize(binaries),
    checkBoundary(binaries, policy?.confinement),
    checkCosign(binaries, policy),
    checkEngine(env),
  ]);
  const [repository, tokens] = await Promise.all([checkRepository(env, root), checkTokens(env)]);
  // Without the policy, nothing can be said of what it judges.
  const tree = createDirectoryTree(root, fileLimits(policy ?? loadPolicy({}, 'cli')));
  const applications = policy === undefined ? [] : await checkApplications({ tree, root, directory, many });
  const notifications = checkNotifications(patient);
  const inCluster =
    cluster === undefined
      ? []
      : await checkCluster({
          ...cluster,
          generated: notifications.data,
          needsSidecar: findApplications(tree, directory).applications.some((one) => needsSidecar(tree, one)),
        });
  const all = [
    checkNode(),
    ...looked,
    finding,
    checkRegistries(env),
    repository,
    ...tokens,
    ...applications,
    notifications.finding,
    ...inCluster,
  ];
  return all.filter((one) => one !== undefined);
}

/** Whether the sidecar is to render it; an application that cannot be read counts. */
function needsSidecar(tree: FileTree, directory: string): boolean {
  try {
    return !isNative(loadApplication(tree, directory).config);
  } catch (error) {
    if (error instanceof Failure) return true;
    throw error;
  }
}
