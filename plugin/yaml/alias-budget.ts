/**
 * Stops alias bombs: counts what aliases expand to, as Kubernetes does and against the operator's limit.
 */
import { ScalarError } from './scalars.ts';

/** What aliases may expand to when the operator sets no limit, in nodes. */
const DEFAULT_ALIAS_EXPANSION = 1_000_000;

/** Thrown when the operator's limit is passed. */
export class AliasLimitError extends Error {}

/** Counts the nodes of one document while they are read. */
export interface AliasBudget {
  /** Called for each node; throws AliasLimitError, or ScalarError where Kubernetes would refuse the document. */
  count(): void;
  /** Called around the nodes that an alias stands for. */
  enter(): void;
  leave(): void;
}

/** The share of nodes that may come from aliases (allowedAliasRatio in go-yaml's decode.go). */
function allowedRatio(nodes: number): number {
  const low = 400_000;
  const high = 4_000_000;
  if (nodes <= low) return 0.99;
  if (nodes >= high) return 0.1;
  return 0.99 - 0.89 * ((nodes - low) / (high - low));
}

/** A fresh budget for one document. */
export function createAliasBudget(limit = DEFAULT_ALIAS_EXPANSION): AliasBudget {
  let nodes = 0;
  let aliased = 0;
  let depth = 0;
  return {
    count() {
      nodes += 1;
      if (depth === 0) return;
      aliased += 1;
      if (aliased > limit) throw new AliasLimitError(`aliases expand to more than ${limit} nodes`);
      if (aliased > 100 && nodes > 1000 && aliased / nodes > allowedRatio(nodes)) {
        throw new ScalarError('the document contains excessive aliasing, which Kubernetes refuses');
      }
    },
    enter() {
      depth += 1;
    },
    leave() {
      depth -= 1;
    },
  };
}
