/**
 * What only kustomize itself can do, or say: a kustomization that has it is built by the program.
 */

/** Thrown, without a place: nobody sees it but explain. */
export class Outside extends Error {}

/** Leaves the kustomization to the program. `why` completes "built by kustomize, because of". */
export function outside(why: string): never {
  throw new Outside(why);
}
