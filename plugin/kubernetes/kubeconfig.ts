/**
 * The API server that a kubeconfig names (https://kubernetes.io/docs/concepts/configuration/organize-cluster-access-kubeconfig/):
 * tokens and client certificates. Programs that fetch credentials are not started: kubectl does that.
 */
import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { failure } from '../diagnostics/failure.ts';
import { getKey, isArray, isObject, type Json } from '../resources/json.ts';
import { stringAt } from '../resources/read-fields.ts';
import { readYaml } from '../yaml/read.ts';
import type { ApiServer } from './api.ts';

/** Which kubeconfig, and what of it. */
export interface KubeconfigRequest {
  /** Absolute. */
  readonly file: string;
  /** @default current-context */
  readonly context: string | undefined;
}

/** The API server, and the context's name. */
export interface KubeconfigServer {
  readonly context: string;
  readonly server: ApiServer;
}

const instead =
  'Give what kubectl prints instead: kubectl get applications -A -o json | waybill status --applications -';

function refused(file: string, what: string, help: readonly string[] = []): Error {
  return failure('kubeconfig', `${file}: ${what}`, { location: { file }, help: [...help, instead] });
}

function field(value: Json | undefined, key: string): Json | undefined {
  return isObject(value) ? getKey(value, key) : undefined;
}

function nonEmptyAt(value: Json | undefined, key: string): string | undefined {
  return stringAt(value, key) || undefined;
}

/** The entry of one of the three lists: `{ name, cluster: {…} }`. */
function entry(config: Json, list: 'clusters' | 'contexts' | 'users', key: string, name: string): Json | undefined {
  const entries = field(config, list);
  return field(isArray(entries) ? entries.find((one) => nonEmptyAt(one, 'name') === name) : undefined, key);
}

function load(file: string): Json {
  let content: string;
  try {
    content = readFileSync(file, 'utf8');
  } catch {
    throw refused(file, 'it cannot be read', ['Name another one in KUBECONFIG.']);
  }
  const [document] = readYaml(content, { file, duplicateKeys: 'error' });
  return document?.value ?? null;
}

/** `KEY-data` in base64, else the file that `KEY` names. */
function material(file: string, value: Json | undefined, key: string): string | undefined {
  const data = nonEmptyAt(value, `${key}-data`);
  if (data !== undefined) return Buffer.from(data, 'base64').toString('utf8');
  const named = nonEmptyAt(value, key);
  return named === undefined ? undefined : readFileSync(resolve(dirname(file), named), 'utf8');
}

/** @throws Failure `kubeconfig` for one that cannot be read, lacks the context, or needs a program for credentials */
export function serverOfKubeconfig({ file, context: asked }: KubeconfigRequest): KubeconfigServer {
  const config = load(file);
  const context = asked ?? nonEmptyAt(config, 'current-context');
  if (context === undefined) throw refused(file, 'it has no current-context');
  const chosen = entry(config, 'contexts', 'context', context);
  const cluster = entry(config, 'clusters', 'cluster', nonEmptyAt(chosen, 'cluster') ?? '');
  const user = entry(config, 'users', 'user', nonEmptyAt(chosen, 'user') ?? '');
  const server = nonEmptyAt(cluster, 'server');
  if (server === undefined || !server.startsWith('https://') || !URL.canParse(server))
    throw refused(file, `the context ${context} names no server with https`);
  if (field(cluster, 'insecure-skip-tls-verify') === true)
    throw refused(file, `the context ${context} checks no certificates, which Waybill does not do`);
  if (field(user, 'exec') !== undefined || field(user, 'auth-provider') !== undefined)
    throw refused(file, `the user of ${context} gets credentials from a program`);
  const tokenFile = nonEmptyAt(user, 'tokenFile');
  try {
    const token =
      nonEmptyAt(user, 'token') ?? (tokenFile && readFileSync(resolve(dirname(file), tokenFile), 'utf8').trim());
    const url = new URL(server);
    return {
      context,
      server: {
        host: url.hostname.replaceAll(/^\[|\]$/gu, ''),
        port: Number(url.port || 443),
        path: url.pathname.replace(/\/+$/u, ''),
        token: token || undefined,
        ca: material(file, cluster, 'certificate-authority'),
        cert: material(file, user, 'client-certificate'),
        key: material(file, user, 'client-key'),
      },
    };
  } catch (error) {
    throw refused(
      file,
      `a file that it names cannot be read: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}
