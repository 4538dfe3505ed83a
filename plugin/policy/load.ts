/**
 * Finds and reads the operator's policy: the file that WAYBILL_POLICY names, else /etc/waybill/policy.yaml, else the
 * defaults. Applications cannot set the variable: Argo CD prefixes theirs with ARGOCD_ENV_.
 */
import { readFileSync, statSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import { failure } from '../diagnostics/failure.ts';
import { decodeText } from '../files/text.ts';
import { validate } from '../schemas/policy.validate.generated.js';
import type { PolicyFile } from '../schemas/policy.generated.ts';
import { check } from '../schemas/problems.ts';
import { readYaml } from '../yaml/read.ts';
import { completePolicy, type Caller, type Policy } from './policy.ts';

const DEFAULT_FILE = '/etc/waybill/policy.yaml';
const MAX_BYTES = 1024 * 1024;

function errorCode(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

/** The bytes of the file; undefined when there is none. */
function read(file: string): Uint8Array | undefined {
  try {
    const stat = statSync(file);
    if (!stat.isFile() || stat.size > MAX_BYTES) {
      throw failure('policy-unreadable', `the policy ${file} is no ordinary file of at most ${MAX_BYTES} bytes`);
    }
    return readFileSync(file);
  } catch (error) {
    const code = errorCode(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    if (code === '') throw error;
    throw failure('policy-unreadable', `the policy ${file} cannot be read (${code})`);
  }
}

function parse(file: string, bytes: Uint8Array): PolicyFile {
  const documents = readYaml(decodeText(file, bytes), { file, duplicateKeys: 'error' });
  const [document] = documents;
  if (!document || documents.length > 1) {
    throw failure('policy-invalid', `the policy has ${documents.length} documents; expected one`, {
      location: { file },
    });
  }
  return check<PolicyFile>(validate, document.value, document.locate.bind(document), 'policy-invalid');
}

/** A policy that was read and not yet judged. */
export interface PolicyBytes {
  readonly file: string;
  readonly bytes: Uint8Array;
}

/**
 * The bytes of the policy for a render in `place`; undefined where there is none, and the defaults hold. `env` is the
 * process's own environment. Failures `policy-missing` (the file that WAYBILL_POLICY names does not exist),
 * `policy-unreadable`.
 */
export function readPolicy(env: Readonly<Record<string, string | undefined>>, place: Caller): PolicyBytes | undefined {
  const named = env['WAYBILL_POLICY'] || undefined;
  const file = named ?? DEFAULT_FILE;
  // The plugin runs inside the application's directory: a relative path would let its author write the policy.
  if (place === 'plugin' && !isAbsolute(file)) {
    throw failure('policy-missing', `WAYBILL_POLICY is ${JSON.stringify(file)}; expected an absolute path`);
  }
  const bytes = read(file);
  if (bytes) return { file, bytes };
  if (named !== undefined) throw failure('policy-missing', `WAYBILL_POLICY names ${file}, which does not exist`);
  return undefined;
}

/** The policy that was read. Failure `policy-invalid` with every mistake. */
export function policyOf(policy: PolicyBytes | undefined, place: Caller): Policy {
  return completePolicy(policy ? parse(policy.file, policy.bytes) : {}, policy?.file, place);
}

/** The policy for a render in `place`. Failures as {@link readPolicy} and {@link policyOf}. */
export function loadPolicy(env: Readonly<Record<string, string | undefined>>, place: Caller): Policy {
  return policyOf(readPolicy(env, place), place);
}
