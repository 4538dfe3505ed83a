/**
 * What a CI system makes of a generated file when a request arrives: the variables and the script of the job that it
 * starts. One file for each system.
 */
import { isArray, isObject, type Json, type JsonObject } from '../../../plugin/resources/json.ts';
import { readYaml } from '../../../plugin/yaml/read.ts';
import { textAt } from '../oracle.ts';
import type { Sent } from '../senders.ts';

/** A job that was started. */
export interface Started {
  readonly env: Readonly<Record<string, string>>;
  readonly script: string;
  /** The shell that the system runs it with. */
  readonly shell: 'sh' | 'bash';
}

/** What has happened, and what the CI system keeps. */
export interface Arrival {
  /** The request that starts the job; without it the job starts by the clock, a push, or another pipeline. */
  readonly sent?: Sent;
  /** What another pipeline passes on. */
  readonly called?: { readonly commit: string; readonly environment: string };
  /** The secret that sender and receiver share, as the system keeps it. */
  readonly secret: string;
  readonly secrets: Readonly<Record<string, string>>;
  /** A folder for files of the job. */
  readonly folder: string;
}

/** The first object of a YAML text. */
export function firstObject(text: string): JsonObject {
  const value = readYaml(text, { file: 'generated', duplicateKeys: 'error' })[0]?.value;
  return isObject(value) ? value : {};
}

/** The texts of an object; `fill` changes each. */
export function texts(value: Json | undefined, fill: (text: string) => string): Record<string, string> {
  return Object.fromEntries(
    Object.entries(isObject(value) ? value : {}).map(([name, one]) => [name, fill(textAt(one, []))]),
  );
}

/** A list; empty for anything else. */
export function listOf(value: Json | undefined): readonly Json[] {
  return isArray(value) ? value : [];
}

/** The values of an object. */
export function members(value: Json | undefined): readonly (Json | undefined)[] {
  return isObject(value) ? Object.values(value) : [];
}

/** A value of the body by `a.b[0].c`, as text; undefined when it is not there. */
export function textIn(body: JsonObject, path: string): string | undefined {
  let value: Json | undefined = body;
  for (const [, key = '', index] of path.matchAll(/([^.[\]]+)|\[(\d+)\]/gu)) {
    if (index !== undefined) value = isArray(value) ? value[Number(index)] : undefined;
    else value = isObject(value) ? value[key] : undefined;
  }
  return value === undefined || value === null ? undefined : typeof value === 'string' ? value : JSON.stringify(value);
}
