/**
 * What is said about a source commit: the states of its commit statuses and check runs, by their context or name.
 */
import { failure } from '../diagnostics/failure.ts';
import { reportedState } from '../platforms/platforms.ts';
import { getKey, isArray, isObject, type Json } from '../resources/json.ts';
import { JsonProblem, parseJsonSequence } from '../resources/parse-json.ts';

/** `success` is green; everything else is not. */
export type StatusState = 'success' | 'pending' | 'failure' | 'error';

/** By context or name of the check. */
type Statuses = ReadonlyMap<string, StatusState>;

/** Looks up what is said about a commit of a repository. @throws Failure `statuses-unreadable` */
export type ReadStatuses = (repository: string, commit: string) => Promise<Statuses>;

/** A provider's word for a state, in any letters; unknown words are no success. */
export function stateOf(word: string): StatusState {
  const state = reportedState(word);
  if (state === 'queued' || state === 'in_progress') return 'pending';
  return state === undefined || state === 'inactive' ? 'error' : state;
}

function firstString(value: Json, ...keys: string[]): string | undefined {
  if (!isObject(value)) return undefined;
  for (const key of keys) {
    const found = getKey(value, key);
    if (typeof found === 'string') return found;
  }
  return undefined;
}

function valuesOf(content: string, file: string): readonly Json[] {
  try {
    return parseJsonSequence(content).flatMap((value) => (isArray(value) ? value : [value]));
  } catch (error) {
    if (!(error instanceof JsonProblem)) throw error;
    const { message, line, column } = error;
    throw failure('statuses-unreadable', `${file} is not JSON: ${message}`, {
      location: { file, line, column },
      help: ['Expected: one JSON object a line, or a JSON list of them.'],
    });
  }
}

/**
 * Statuses out of a file: JSON lines or a JSON list of `{context, state, commit}`; `name` and `key` mean context, as the
 * APIs of GitLab and Bitbucket have them, and without `commit` an entry is for every commit.
 * @throws Failure `statuses-unreadable`
 */
export function statusesFromFile(content: string, file: string): ReadStatuses {
  const entries = valuesOf(content, file).map((value, index) => {
    const [context, state] = [
      firstString(value, 'context', 'name', 'key'),
      firstString(value, 'state', 'status', 'conclusion'),
    ];
    if (context === undefined || state === undefined) {
      throw failure('statuses-unreadable', `entry ${index + 1} of ${file} is no status`, {
        location: { file },
        help: [
          'Each has context and state, such as {"context": "tests/api", "state": "success"}, and commit where they differ.',
        ],
      });
    }
    return { context, state: stateOf(state), commit: firstString(value, 'commit', 'sha') };
  });
  return async (_repository, commit) =>
    new Map(
      entries.filter((one) => one.commit === undefined || one.commit === commit).map((one) => [one.context, one.state]),
    );
}
