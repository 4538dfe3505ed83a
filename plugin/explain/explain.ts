/**
 * The history of every resource: each value that each of its fields had, in order, and who set it.
 */
import type { Location } from '../diagnostics/diagnostic.ts';
import { type Leaf, leavesOf } from '../fields/leaves.ts';
import type { FileTree } from '../files/tree.ts';
import type { Cause, Change } from '../provenance/change.ts';
import type { RenderResult } from '../render.ts';
import type { Json } from '../resources/json.ts';
import { identify, type Origin, type Resource, type ResourceId } from '../resources/resource.ts';
import { hiddenText, isSecretPath } from '../resources/secret.ts';
import { authoredLocations, type LocateAuthored } from './authored.ts';
import { leafChanges } from './changes.ts';

/** One value of a field, and who gave it. */
export interface Step {
  /** Undefined: the field was removed. */
  readonly value: Json | undefined;
  /** Of kind `manifest` for the value as the source gave it. */
  readonly cause: Cause;
}

/** All values of one field, the last is what is printed. */
export interface FieldHistory {
  readonly path: string;
  /** At least one. */
  readonly steps: readonly Step[];
}

/** What happened to one resource. */
export interface ResourceHistory {
  readonly id: ResourceId;
  readonly location: Location;
  /** How the kustomization was built that it is from. */
  readonly way: string | undefined;
  /** Who added it, for what no source gave. */
  readonly addedBy: Cause | undefined;
  /** Who removed it; it is not printed. */
  readonly removedBy: Cause | undefined;
  /** Every field, also those that nobody changed, in the order of the printed manifest; removed ones last. */
  readonly fields: readonly FieldHistory[];
}

/** True when somebody other than the source had a say. */
export function isChanged({ steps }: FieldHistory): boolean {
  return steps.some(({ cause }) => cause.kind !== 'manifest');
}

function authoredStep(leaf: Leaf, source: Resource, locate: LocateAuthored): Step {
  // Finding the place reads the file again: only for fields that somebody looks at.
  const cause: Cause = {
    kind: 'manifest',
    label: '',
    get location() {
      return locate(source, leaf);
    },
  };
  return { value: leaf.value, cause };
}

class Trace {
  readonly #fields = new Map<string, Step[]>();
  addedBy: Cause | undefined;
  removedBy: Cause | undefined;

  constructor(source: Resource | undefined, locate: LocateAuthored) {
    if (!source) return;
    for (const leaf of leavesOf(source.body)) {
      this.#fields.set(leaf.path, [authoredStep(leaf, source, locate)]);
    }
  }

  add(change: Change): void {
    if (change.path.length === 0) {
      if (change.before === undefined) this.addedBy = change.cause;
      if (change.after === undefined) this.removedBy = change.cause;
    }
    for (const { path, after } of leafChanges(change)) {
      const steps = this.#fields.get(path);
      const step = { value: after, cause: change.cause };
      if (steps) steps.push(step);
      else this.#fields.set(path, [step]);
    }
  }

  /** In the order of the final manifest; what is no longer in it follows. */
  fields(final: Resource | undefined): FieldHistory[] {
    const order = final ? leavesOf(final.body).map((leaf) => leaf.path) : [];
    return [...new Set([...order, ...this.#fields.keys()])].flatMap((path) => {
      const steps = this.#fields.get(path);
      return steps ? [{ path, steps }] : [];
    });
  }
}

function hideSecret(body: Resource['body'], fields: readonly FieldHistory[]): FieldHistory[] {
  return fields.map((field) =>
    isSecretPath(body, field.path.split('.', 1))
      ? {
          path: field.path,
          steps: field.steps.map(({ value, cause }) => ({
            value: value === undefined ? undefined : hiddenText,
            cause,
          })),
        }
      : field,
  );
}

/**
 * The histories of all resources of a render, in the order of the output; removed ones stand where the source had them
 * last. `changes` is what the render's recorder heard. Values of Secrets are hidden.
 */
export function explain(result: RenderResult, changes: readonly Change[], tree: FileTree): ResourceHistory[] {
  const locate = authoredLocations(tree);
  const sourced = new Map(result.sourced.map((resource) => [resource.origin, resource]));
  const final = new Map(result.resources.map((resource) => [resource.origin, resource]));
  const byOrigin = new Map<Origin, Change[]>();
  for (const change of changes) {
    const list = byOrigin.get(change.origin);
    if (list) list.push(change);
    else byOrigin.set(change.origin, [change]);
  }
  return [...new Set([...final.keys(), ...sourced.keys()])].flatMap((origin) => {
    const resource = final.get(origin) ?? sourced.get(origin);
    if (!resource) return [];
    const trace = new Trace(sourced.get(origin), locate);
    for (const change of byOrigin.get(origin) ?? []) trace.add(change);
    return [
      {
        id: identify(resource.body),
        location: origin.location,
        way: origin.way,
        addedBy: trace.addedBy,
        removedBy: trace.removedBy,
        fields: hideSecret(resource.body, trace.fields(final.get(origin))),
      },
    ];
  });
}
