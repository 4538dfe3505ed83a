/**
 * What is installed, which policy applies, who would ask registries and whether the application here can be read, with what to do about each.
 */
import { environmentsOf } from '../applications/environments.ts';
import { findApplications } from '../applications/find.ts';
import type { Binaries } from '../binaries/binaries.ts';
import { loadApplication } from '../config/load.ts';
import { listNames } from '../diagnostics/suggest.ts';
import { createDirectoryTree } from '../files/directory.ts';
import { loadPolicy } from '../policy/load.ts';
import { fileLimits, type Policy } from '../policy/policy.ts';
import { checkCosign } from './cosign.ts';
import { failed, type Finding } from './finding.ts';
import { checkRegistries } from './registries.ts';
import { checkBoundary, checkGit, checkHelm, checkKustomize, checkNode } from './programs.ts';

/** Where to look. */
export interface Patient {
  readonly env: Binaries['env'];
  /** Absolute path. */
  readonly root: string;
  /** The application's directory relative to the root. */
  readonly directory: string;
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

function checkApplication({ env, root, directory }: Patient): Finding {
  const subject = 'application';
  try {
    const tree = createDirectoryTree(root, fileLimits(loadPolicy(env, 'cli')));
    const application = loadApplication(tree, directory);
    const { file } = application;
    const environments = environmentsOf(application);
    if (file === undefined && environments.length === 0) {
      const { applications } = findApplications(tree, directory);
      if (applications.length > 0) {
        return { subject, state: 'ok', detail: `none here; below: ${listNames(applications)}` };
      }
      return {
        subject,
        state: 'missing',
        detail: 'no waybill.yaml here',
        advice: ['waybill init writes a first one.'],
      };
    }
    const names = environments.length === 0 ? 'no environments' : environments.join(', ');
    return { subject, state: 'ok', detail: `${file ?? 'no waybill.yaml, but locks'}: ${names}` };
  } catch (error) {
    return failed(subject, 'wrong', error);
  }
}

/** Looks at everything; one finding each, in a fixed order. */
export async function examine(patient: Patient): Promise<Finding[]> {
  const binaries: Binaries = { env: patient.env };
  const { policy, finding } = checkPolicy(patient);
  const programs = await Promise.all([
    checkGit(patient.env, patient.root),
    checkHelm(binaries),
    checkKustomize(binaries),
    checkBoundary(binaries, policy?.confinement),
    checkCosign(binaries, policy),
  ]);
  const looked = programs.filter((one) => one !== undefined);
  const registries = checkRegistries(patient.env);
  return [checkNode(), ...looked, finding, registries, checkApplication(patient)];
}
