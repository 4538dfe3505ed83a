/**
 * The order of promotion of a fleet's environments, out of the orders that single services give.
 */

/** What people call environments, from the first to the last; for repositories in which no waybill.yaml gives an order. */
const customary: readonly RegExp[] = [
  /^(?:pr|preview|review)\b/u,
  /^(?:sandbox|local)\b/u,
  /^dev/u,
  /^(?:ci|int|integration)\b/u,
  /^test/u,
  /^(?:qa|uat|acceptance)\b/u,
  /^(?:stag|stg|pre-?prod)/u,
  /^(?:demo|canary)\b/u,
  /^(?:prod|live)/u,
  /^other$/u,
];

function rank(name: string): number {
  const found = customary.findIndex((pattern) => pattern.test(name));
  return found < 0 ? customary.length - 2 : found;
}

/** By custom, then by name. */
function byCustom(a: string, b: string): number {
  return rank(a) - rank(b) || (a < b ? -1 : 1);
}

/**
 * All environments, each once. What the given orders say stands, as far as they agree; between environments of which
 * they say nothing, custom decides.
 * @param orders of services that give one
 * @param others environments that stand in no order
 */
export function promotionOrder(orders: readonly (readonly string[])[], others: readonly string[]): string[] {
  const before = new Map<string, Set<string>>();
  for (const name of [...orders.flat(), ...others]) before.set(name, before.get(name) ?? new Set());
  for (const order of orders) {
    for (const [index, name] of order.entries()) {
      const previous = order[index - 1];
      // A later service that contradicts an earlier one is not followed.
      if (previous !== undefined && !isBefore(before, name, previous)) before.get(name)?.add(previous);
    }
  }
  const sorted: string[] = [];
  const left = new Set([...before.keys()].sort(byCustom));
  while (left.size > 0) {
    const next = [...left].find((name) => [...(before.get(name) ?? [])].every((one) => !left.has(one))) ?? [...left][0];
    if (next === undefined) break;
    sorted.push(next);
    left.delete(next);
  }
  return sorted;
}

/** Whether `a` comes before `b` by what is known so far. */
function isBefore(before: ReadonlyMap<string, ReadonlySet<string>>, a: string, b: string): boolean {
  const seen = new Set<string>();
  const look = [...(before.get(b) ?? [])];
  for (let one = look.pop(); one !== undefined; one = look.pop()) {
    if (one === a) return true;
    if (seen.has(one)) continue;
    seen.add(one);
    look.push(...(before.get(one) ?? []));
  }
  return false;
}
