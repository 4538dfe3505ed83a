/**
 * WWW-Authenticate, read by RFC 9110 (11.6.1): one or several challenges in one header, each a scheme and its
 * parameters. The npm packages for it take only one challenge, or read commas in quotes as separators.
 */

/** What a server wants. */
export interface Challenge {
  /** In lower case: `basic`, `bearer`. */
  readonly scheme: string;
  /** Names in lower case. */
  readonly parameters: ReadonlyMap<string, string>;
}

const token = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
/** A parameter; or a scheme, which no equals sign follows. */
const part = new RegExp(String.raw`\s*(?:(${token})\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s",]*))|(${token}))\s*,?`, 'uy');

/** The challenges of a header, in order; those before the first part that cannot be read. */
export function parseChallenges(header: string): Challenge[] {
  const challenges: { scheme: string; parameters: Map<string, string> }[] = [];
  part.lastIndex = 0;
  for (let match = part.exec(header); match; match = part.exec(header)) {
    const [, name, quoted, bare, scheme] = match;
    if (scheme !== undefined) challenges.push({ scheme: scheme.toLowerCase(), parameters: new Map() });
    else if (name !== undefined) {
      const value = quoted === undefined ? (bare ?? '') : quoted.replaceAll(/\\(.)/gu, '$1');
      challenges.at(-1)?.parameters.set(name.toLowerCase(), value);
    }
  }
  return challenges;
}
