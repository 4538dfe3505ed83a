/**
 * The terms of a target: Go regular expressions (RE2) that must match the whole text, as in kustomize
 * (api/types SelectorRegex: `^(?:term)$`).
 *
 * Nearly every term is a name, a group such as `networking.k8s.io`, or a few of them with `|` or `.*`. JavaScript's
 * regular expressions read those as Go's do and cannot be made to run long by them. Only what goes beyond
 * (repetition, classes, groups, escapes, flags) needs the RE2 library, which is loaded then.
 */

/** Tells whether a whole text satisfies a term. */
export type Pattern = (text: string) => boolean;

/** Letters that mean themselves in both languages. */
const LITERAL = /^[\w/:-]+$/u;
/** Alternatives of literal letters and `.`; one `.*` or `.+` in each, so that matching never tries twice. */
const PLAIN = /^(?:[\w/:.-]*(?:\.[*+][\w/:.-]*)?)(?:\|[\w/:.-]*(?:\.[*+][\w/:.-]*)?)*$/u;

/** True when the term can match no other text than itself. */
export function isLiteral(term: string): boolean {
  return LITERAL.test(term);
}

/** What compiles an expression of RE2, loaded. */
export type Re2 = (expression: string) => Pattern;

/** True when {@link compilePattern} needs RE2 for the term. */
export function needsRe2(term: string): boolean {
  return !isLiteral(term) && !PLAIN.test(term);
}

/** Loads RE2. */
export async function loadRe2(): Promise<Re2> {
  return (await import('../../expressions/re2.ts')).compileRe2;
}

/**
 * Compiles one term.
 * @param re2 loaded when a term {@link needsRe2}
 * @throws SyntaxError with RE2's own message when Go would refuse it
 */
export function compilePattern(term: string, re2: Re2 | undefined): Pattern {
  if (isLiteral(term)) return (text) => text === term;
  // A dot is any character but a line feed in Go; JavaScript's would exclude three more.
  if (PLAIN.test(term)) return matcher(new RegExp(`^(?:${term.replaceAll('.', '[^\\n]')})$`, 'u'));
  if (re2 === undefined) throw new Error('RE2 was not loaded for the term');
  return remembering(re2(term));
}

function matcher(expression: RegExp): Pattern {
  return remembering((text) => expression.test(text));
}

/** Groups, versions, kinds and namespaces are few and asked for again for each resource. */
function remembering(test: Pattern): Pattern {
  const known = new Map<string, boolean>();
  return (text) => {
    const before = known.get(text);
    if (before !== undefined) return before;
    const answer = test(text);
    known.set(text, answer);
    return answer;
  };
}
