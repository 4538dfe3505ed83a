/**
 * Which pattern fits: the ratings weighed by what the user needs, after what the user's rules exclude.
 */
import { type Criterion, criteria, type Pattern } from './pattern.ts';
import { patterns } from './patterns.ts';
import { atProvider, obstacle, type Setup } from './possible.ts';

/** How much something matters. */
export const importance = ['low', 'medium', 'high'] as const;
/** One of {@link importance}. */
type Importance = (typeof importance)[number];

/** Sets of rules that a pattern may have to satisfy. */
export const standards = ['soc2', 'iso27001', 'financial', 'government'] as const;
/** One of {@link standards}. */
type Standard = (typeof standards)[number];

/** What the user asks for. What is left out matters at `medium`. */
export interface Needs {
  readonly weights: Readonly<Partial<Record<Criterion, Importance>>>;
  readonly standard?: Standard | undefined;
  /** The CI system and the Git provider that are there. */
  readonly setup?: Setup;
}

/** One pattern, judged. */
export interface Judged {
  readonly pattern: Pattern;
  /** The weighted mean of the ratings, 1 to 5. */
  readonly score: number;
  /** Whether the cluster must reach CI over the network: not where CI is at the Git provider. */
  readonly networkPath: boolean;
  /** Why it is out of the question; empty when it is not. */
  readonly excluded: readonly string[];
}

/** The comparison, the best first, those that are excluded last. */
export interface Comparison {
  readonly judged: readonly Judged[];
  /** Undefined when everything is excluded, which no standard does. */
  readonly recommended: Judged | undefined;
  readonly why: readonly string[];
}

const weightOf: Readonly<Record<Importance, number>> = { low: 1, medium: 2, high: 5 };

interface Rules {
  /** What the standard asks for, in one sentence. */
  readonly asks: string;
  readonly noNetworkPath: boolean;
  readonly trail: boolean;
  readonly survivesOutages: boolean;
  readonly weights: Readonly<Partial<Record<Criterion, Importance>>>;
}

/** What auditors of each usually ask about deployments. No certificate follows from a pattern: docs/handback/README.md. */
const rulesOf: Readonly<Record<Standard, Rules>> = {
  soc2: {
    asks: 'SOC 2 (CC8.1, CC7.2) requires that changes are authorised and tested, with evidence of both',
    noNetworkPath: false,
    trail: false,
    survivesOutages: true,
    weights: { audit: 'high' },
  },
  iso27001: {
    asks: 'ISO/IEC 27001 (Annex A 8.22, 8.32) requires segregated networks and controlled changes',
    noNetworkPath: true,
    trail: false,
    survivesOutages: true,
    weights: { security: 'high', audit: 'high' },
  },
  financial: {
    asks: 'financial supervision requires a complete history of changes that the operator cannot alter unnoticed',
    noNetworkPath: true,
    trail: true,
    survivesOutages: true,
    weights: { audit: 'high', security: 'high' },
  },
  government: {
    asks: 'government rules (NIST SP 800-53 AC-4, AU-11, CM-3) require enforced information flow, kept audit records and controlled changes',
    noNetworkPath: true,
    trail: true,
    survivesOutages: true,
    weights: { security: 'high', audit: 'high' },
  },
};

function exclusions(pattern: Pattern, networkPath: boolean, rules: Rules | undefined, setup: Setup): string[] {
  const reason = obstacle(pattern.name, setup);
  const impossible = reason === undefined ? [] : [reason];
  if (rules === undefined) return impossible;
  return [
    ...impossible,
    ...(rules.noNetworkPath && networkPath ? ['opens a network path from the cluster to CI'] : []),
    ...(rules.trail && !pattern.trail ? ['keeps no history'] : []),
    ...(rules.survivesOutages && !pattern.survivesOutages ? ['may lose a deployment while CI is down'] : []),
  ];
}

/** The patterns weighed by what is needed. */
export function compare(needs: Needs): Comparison {
  const { setup = {} } = needs;
  const rules = needs.standard === undefined ? undefined : rulesOf[needs.standard];
  const weights = criteria.map(
    (criterion) => [criterion, weightOf[needs.weights[criterion] ?? rules?.weights[criterion] ?? 'medium']] as const,
  );
  const total = weights.reduce((sum, [, weight]) => sum + weight, 0);
  const judged = patterns
    .map((pattern): Judged => {
      const sum = weights.reduce((so, [criterion, weight]) => so + weight * pattern.ratings[criterion].score, 0);
      const networkPath = pattern.networkPath && !(pattern.name === 'webhook' && atProvider(setup));
      return { pattern, score: sum / total, networkPath, excluded: exclusions(pattern, networkPath, rules, setup) };
    })
    .toSorted((a, b) => Number(a.excluded.length > 0) - Number(b.excluded.length > 0) || b.score - a.score);
  const recommended = judged.find(({ excluded }) => excluded.length === 0);
  return { judged, recommended, why: reasons(recommended?.pattern, weights, rules) };
}

/** What speaks for it among the things that weigh most, and what speaks against it. */
function reasons(
  pattern: Pattern | undefined,
  weights: readonly (readonly [Criterion, number])[],
  rules: Rules | undefined,
): string[] {
  if (pattern === undefined) return [];
  const heaviest = Math.max(...weights.map(([, weight]) => weight));
  const matter = weights.filter(([, weight]) => weight === heaviest).map(([criterion]) => criterion);
  const weakest = criteria.toSorted((a, b) => pattern.ratings[a].score - pattern.ratings[b].score)[0] ?? 'effort';
  return [
    ...(rules === undefined ? [] : [rules.asks]),
    ...matter.filter((one) => one !== weakest).map((one) => `${one}: ${pattern.ratings[one].why}`),
    `its weakest side, ${weakest}: ${pattern.ratings[weakest].why}`,
  ];
}
