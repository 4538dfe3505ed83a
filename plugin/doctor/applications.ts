/**
 * The applications here: whether the one of this directory can be read, or, above several, what of all below renders, has
 * a lock and has a record.
 */
import { environmentsOf } from '../applications/environments.ts';
import { findApplications } from '../applications/find.ts';
import { loadApplication } from '../config/load.ts';
import { listNames } from '../diagnostics/suggest.ts';
import type { FileTree } from '../files/tree.ts';
import { lockedEnvironments } from '../lock/locks.ts';
import type { ManyOptions } from '../renders/many.ts';
import { type Checked, validate, type Validation } from '../validate/validate.ts';
import { failed, type Finding } from './finding.ts';

/** Where and with what to look. */
export interface Surroundings {
  readonly tree: FileTree;
  /** Tree path. */
  readonly directory: string;
  /** Absolute path of the tree. */
  readonly root: string;
  /** How the renders are done. */
  readonly many: ManyOptions;
}

const count = (number: number, word: string): string => `${number} ${word}${number === 1 ? '' : 's'}`;

/** The application of the directory; undefined when there is none here, but some below. */
function checkOne({ tree, directory }: Surroundings): Finding | undefined {
  const subject = 'application';
  try {
    const application = loadApplication(tree, directory);
    const { file } = application;
    const environments = environmentsOf(application);
    if (file === undefined && environments.length === 0) {
      if (findApplications(tree, directory).applications.length > 0) return undefined;
      return {
        subject,
        state: 'missing',
        detail: 'no waybill.yaml here',
        advice: ['waybill init writes a first one; waybill init --all one for every application below.'],
      };
    }
    const names = environments.length === 0 ? 'no environments' : environments.join(', ');
    return { subject, state: 'ok', detail: `${file ?? 'no waybill.yaml, but locks'}: ${names}` };
  } catch (error) {
    return failed(subject, 'wrong', error);
  }
}

function isRecorded({ result }: Checked): boolean {
  return result !== undefined && result.records.length > 0;
}

function checkRenders({ checked, diagnostics }: Validation): Finding {
  const subject = 'renders';
  const good = checked.filter(({ result }) => result !== undefined).length;
  const detail = `${good} of ${count(checked.length, 'render')} without an error`;
  const errors = diagnostics.filter(({ severity }) => severity === 'error');
  const warnings = diagnostics.length - errors.length;
  const [first] = errors;
  if (first !== undefined) {
    const { file = '', line } = first.location ?? {};
    const place = file === '' ? '' : `${file}${line === undefined ? '' : `:${line}`}: `;
    return {
      subject,
      state: 'wrong',
      detail: `${detail}; ${place}${first.message}`,
      advice: [`waybill validate shows ${errors.length === 1 ? 'it' : `all ${errors.length}`}, with what to do.`],
    };
  }
  if (warnings === 0) return { subject, state: 'ok', detail };
  return { subject, state: 'ok', detail: `${detail}, ${count(warnings, 'warning')} (waybill validate shows them)` };
}

function checkRecords({ checked }: Validation): Finding {
  const subject = 'records';
  const recorded = checked.filter(isRecorded).length;
  const detail = `${recorded} of ${count(checked.length, 'render')} have one`;
  if (recorded === checked.length) return { subject, state: 'ok', detail };
  return {
    subject,
    state: 'missing',
    detail,
    advice: [
      'Without a record nothing is reported. It needs an environment, and a source commit in its lock: CI writes that with waybill images set.',
    ],
  };
}

/** One finding for an application; for a directory above several: what they are, and their locks, renders and records. */
export async function checkApplications(around: Surroundings): Promise<Finding[]> {
  const { tree, directory, root, many } = around;
  const one = checkOne(around);
  if (one !== undefined && one.state !== 'ok') return [one];
  const { applications } = findApplications(tree, directory);
  const below = {
    subject: 'application',
    state: 'ok',
    detail: `none here; below: ${listNames(applications)}`,
  } as const;
  const locked = applications.map((path) => lockedEnvironments(tree, path).length);
  const locks = locked.reduce((sum, number) => sum + number, 0);
  const request = { root, tree, kubeVersion: undefined, apiVersions: [], namespace: 'default' };
  const validation = await validate(request, [directory], many);
  return [
    one ?? below,
    {
      subject: 'locks',
      state: locks === 0 ? 'missing' : 'ok',
      detail: `${locks} in ${locked.filter((number) => number > 0).length} of ${count(applications.length, 'application')}`,
      ...(locks === 0 ? { advice: ['CI writes them: waybill images set NAME=:TAG -e ENVIRONMENT.'] } : {}),
    },
    checkRenders(validation),
    checkRecords(validation),
  ];
}
