/**
 * How large a value is once it is written out. Values share their parts, so a short patch can make one that would fill
 * the memory as soon as something walks over it: the weight is known before anybody does.
 */
import type { Location } from '../diagnostics/diagnostic.ts';
import { failure } from '../diagnostics/failure.ts';
import { largeWork, SMALL } from '../limits/effort.ts';
import { isArray, type Json } from './json.ts';

/** The size of a value. */
export interface Weight {
  /** Mappings, lists and scalars; each 64 characters of a text or key are one more. */
  readonly nodes: number;
  /** How many levels of mappings and lists it has. */
  readonly depth: number;
}

/** A text of fewer characters counts as one node. */
const TEXT_BITS = 6;

const scalar: Weight = { nodes: 1, depth: 0 };
const known = new WeakMap<object, Weight>();

/** The weight of a value. A part that was weighed before is not walked over again. */
export function weightOf(value: Json | undefined): Weight {
  if (typeof value === 'string') {
    const more = value.length >>> TEXT_BITS;
    return more === 0 ? scalar : { nodes: 1 + more, depth: 0 };
  }
  if (typeof value !== 'object' || value === null) return scalar;
  const before = known.get(value);
  if (before) return before;
  let nodes = 1;
  let depth = 0;
  const add = (part: Json | undefined): void => {
    const weight = weightOf(part);
    nodes += weight.nodes;
    if (weight.depth > depth) depth = weight.depth;
  };
  if (isArray(value)) for (const item of value) add(item);
  else {
    for (const [key, member] of Object.entries(value)) {
      nodes += key.length >>> TEXT_BITS;
      add(member);
    }
  }
  const weight = { nodes, depth: depth + 1 };
  known.set(value, weight);
  return weight;
}

/**
 * How many nodes a value has, as {@link weightOf} counts them, but nothing is remembered: to remember each part of each
 * manifest takes longer than all that is done with it. Beyond `most` it stops, so shared parts cost no more than that.
 */
export function countNodes(value: Json | undefined, most: number): number {
  if (typeof value === 'string') return 1 + (value.length >>> TEXT_BITS);
  if (typeof value !== 'object' || value === null) return 1;
  let nodes = 1;
  if (isArray(value)) {
    for (const item of value) {
      if (nodes > most) return nodes;
      nodes += countNodes(item, most - nodes);
    }
    return nodes;
  }
  for (const key in value) {
    if (nodes > most) return nodes;
    nodes += (key.length >>> TEXT_BITS) + countNodes(value[key], most - nodes);
  }
  return nodes;
}

/** The sentence that tells whose limit it is. */
export const nodesHelp = "The limit is limits.nodes of the operator's policy.";

/** Counts the nodes of one render: those that it reads, and those that overlays add. */
export class NodeBudget {
  readonly limit: number;
  #nodes = 0;

  constructor(limit: number) {
    this.limit = limit;
  }

  #add(nodes: number): boolean {
    this.#nodes += nodes;
    if (this.#nodes > SMALL.nodes) largeWork();
    return this.#nodes <= this.limit;
  }

  /** Counts a value that overlays make, which may share its parts; false when there are now more than there may be. */
  spend(value: Json | undefined): boolean {
    return this.#add(weightOf(value).nodes);
  }

  /** Counts a manifest that was read. Failure `limit-nodes`. */
  read(value: Json, location: Location): void {
    if (this.#add(countNodes(value, this.limit - this.#nodes))) return;
    throw failure('limit-nodes', `the resources hold more than ${this.limit} mappings, lists and values`, {
      location,
      help: [nodesHelp],
    });
  }
}
