/**
 * A Kubernetes resource on its way through the pipeline: the manifest and where it was read.
 */
import type { Location } from '../diagnostics/diagnostic.ts';
import { getKey, isObject, type JsonObject } from './json.ts';

/** One manifest. Stages that change it return a new Resource with the same `origin`. */
export interface Resource {
  readonly body: JsonObject;
  readonly origin: Origin;
}

/** Where a resource came from. */
export interface Origin {
  /** The file, and the line its document starts at, when known. For helm and kustomize output: the file of the application that asked for it. */
  readonly location: Location;
  /** Zero-based index of the YAML document in `location.file` (and of the item in a List), for looking up lines of fields later. */
  readonly document?: number;
  /** For a resource out of a `List`: its index in `items`. */
  readonly item?: number;
  /** For a resource that kustomize built out of `location.file`: the kustomization, where other values may come from. */
  readonly builtBy?: Location;
  /** How a kustomization was built, for `explain`: `built without starting kustomize`. */
  readonly way?: string;
}

/** What tells two resources apart: Argo CD's key (group, kind, namespace, name). The version is not part of it. */
export interface ResourceId {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly namespace: string;
  /** `metadata.name`, or `metadata.generateName` when only that is given. */
  readonly name: string;
}

function stringOrEmpty(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** Splits `apps/v1` into group `apps` and version `v1`; `v1` has the empty group. */
export function splitApiVersion(apiVersion: string): { group: string; version: string } {
  const slash = apiVersion.indexOf('/');
  return slash < 0
    ? { group: '', version: apiVersion }
    : { group: apiVersion.slice(0, slash), version: apiVersion.slice(slash + 1) };
}

/** The identity of a manifest; fields that are missing or not strings are empty. */
export function identify(body: JsonObject): ResourceId {
  const metadata = getKey(body, 'metadata');
  const name = isObject(metadata)
    ? stringOrEmpty(getKey(metadata, 'name')) || stringOrEmpty(getKey(metadata, 'generateName'))
    : '';
  const namespace = isObject(metadata) ? stringOrEmpty(getKey(metadata, 'namespace')) : '';
  const { group, version } = splitApiVersion(stringOrEmpty(getKey(body, 'apiVersion')));
  // Every stage asks, for every resource: spreading an object into another would take longer than all the rest.
  return { group, version, kind: stringOrEmpty(getKey(body, 'kind')), namespace, name };
}

/** `Deployment/user-service`, as people write it; used in messages and by `explain --resource`. */
export function shortName(id: ResourceId): string {
  return `${id.kind}/${id.name}`;
}
