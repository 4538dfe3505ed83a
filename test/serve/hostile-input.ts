/**
 * Inputs of the fuzzer (test/attacks/fuzz) as Argo CD would send them to a plugin server.
 */
import type { TarEntry } from 'modern-tar';
import type { Input } from '../attacks/fuzz/inputs.ts';
import { file } from './client.ts';

/** A request. */
export interface HostileRequest {
  /** The repository; the application is in `app`. */
  readonly entries: readonly TarEntry[];
  readonly env: readonly { readonly name: string; readonly value: string }[];
}

/** The policy of an input, with limits that hold for any machine. */
export function policyOf({ policy }: Input): string {
  return JSON.stringify({ apiVersion: 'waybill.dev/v1', kind: 'Policy', ...policy });
}

/** What Argo CD would send for an input. */
export function requestOf({ files, environment, values, images, env }: Input): HostileRequest {
  const parameters = [
    { name: 'environment', string: environment },
    ...(values === undefined ? [] : [{ name: 'values', map: values }]),
    ...(images === undefined ? [] : [{ name: 'images', array: images }]),
  ];
  const all = { ARGOCD_APP_PARAMETERS: JSON.stringify(parameters), ...env };
  return {
    entries: Object.entries(files).map(([path, text]) => file(`app/${path}`, text)),
    env: Object.entries(all).flatMap(([name, value]) => (value === undefined ? [] : [{ name, value }])),
  };
}
