// CircleCI's own parser of its configuration.
import parser from '@circleci/circleci-config-parser';
import { isDeepStrictEqual } from 'node:util';
import { parse } from 'yaml';

/** The parser writes defaults, too. */
function withDefaults(configuration) {
  const jobs = Object.entries(configuration.jobs ?? {}).map(([name, job]) => [
    name,
    { resource_class: 'medium', ...job },
  ]);
  return { setup: false, ...configuration, jobs: Object.fromEntries(jobs) };
}

/**
 * What is wrong with a configuration, in lines: what the parser refuses, and what it does not know and would leave out.
 * @param {string} text
 * @returns {string[]}
 */
export function circleciProblems(text) {
  try {
    const understood = parse(parser.parseConfig(text).stringify());
    const given = withDefaults(parse(text));
    return Object.keys({ ...given, ...understood })
      .filter((key) => !isDeepStrictEqual(given[key], understood[key]))
      .map((key) => `${key}: ${JSON.stringify(given[key])} is read as ${JSON.stringify(understood[key])}`);
  } catch (error) {
    return [String(error)];
  }
}
