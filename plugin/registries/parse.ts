/**
 * JSON from a registry as a checked value.
 */
import type { Validator } from '../schemas/problems.ts';
import { unusable } from './failures.ts';

/** Where it came from, for messages. */
interface Origin {
  readonly host: string;
  /** `the tags of acme/a`. */
  readonly what: string;
}

function decode(bytes: Uint8Array, { host, what }: Origin): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw unusable(host, what, 'it is not JSON', ['Is this an image registry? A login page may have sent it.']);
  }
}

/** The value of the bytes as the type that `validate` accepts. Failure `registry-answer`. */
export function parseAnswer<Type>(validate: Validator<Type>, bytes: Uint8Array, origin: Origin): Type {
  const value = decode(bytes, origin);
  if (validate(value)) return value;
  const [first] = validate.errors ?? [];
  const place = first?.instancePath === '' ? 'it' : first?.instancePath;
  throw unusable(origin.host, origin.what, `${place} does not follow the specification (${first?.keyword})`);
}
