/**
 * Secrets that somebody pasted into notifications.yaml, where only names of the Secret's keys belong. They are reported
 * here, before anything else can show their value: a message ends up in logs that many people read.
 */
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { isArray, isObject, type Json } from '../../resources/json.ts';
import type { Path } from '../../resources/pointer.ts';
import { formatPath, type Locate } from '../../schemas/problems.ts';

/** Keys whose values are secrets, wherever they stand; `url` is one in Teams only, where it holds a signature. */
const secretKeys = new Set(['privateKey', 'token', 'integrationKey', 'apiKey', 'username', 'password']);

/** Headers that carry secrets. */
const secretHeader = /^(?:proxy-)?authorization$|^cookie$|token|secret|password|api-?key|signature/iu;

/** Whether `text`, which stands at `path`, is or holds a secret itself and not only the name of one. */
function holdsSecret(text: string, path: Path): boolean {
  const key = path.at(-1);
  if (typeof key !== 'string') return false;
  if (path.at(-2) === 'headers') return secretHeader.test(key) && text.trim() !== '' && !/\$[A-Za-z0-9_-]+/u.test(text);
  if (secretKeys.has(key) || (key === 'url' && path[0] === 'teams')) return !text.startsWith('$');
  return /^https?:\/\/[^/?#\s@:]*:[^$/?#\s@][^/?#\s@]*@/iu.test(text);
}

function message(path: Path): string {
  const [name, key] = [formatPath(path), String(path.at(-1))];
  if (path.at(-2) === 'headers')
    return `${name} holds a secret, and no reference to a key of the Secret, such as $audit-token`;
  if (/url$/iu.test(key) && path[0] !== 'teams') return `${name} holds a password`;
  return `${name} is no reference to a key of the Secret, such as $${key}`;
}

/** What stands in place of a pasted secret, so that the schema takes it and no message shows the secret. */
function inPlaceOf(path: Path): string {
  return /url$/iu.test(String(path.at(-1))) && path[0] !== 'teams' ? 'https://pasted/api/v3' : '$pasted';
}

/** The configuration without pasted secrets, and a diagnostic for each. */
export function withoutPastedSecrets(value: Json, locate: Locate): { value: Json; problems: Diagnostic[] } {
  const problems: Diagnostic[] = [];
  const clean = (one: Json, path: Path): Json => {
    if (isArray(one)) return one.map((item, index) => clean(item, [...path, index]));
    if (isObject(one)) {
      return Object.fromEntries(Object.entries(one).map(([key, item]) => [key, clean(item ?? null, [...path, key])]));
    }
    if (typeof one !== 'string' || !holdsSecret(one, path)) return one;
    const location = locate(path);
    problems.push({
      severity: 'error',
      code: 'notifications-config',
      message: message(path),
      location,
      help: [
        'Put the value into the Secret argocd-notifications-secret and write $ and the name of its key here.',
        'The value is not shown; if the file was pushed, replace it.',
      ],
    });
    return inPlaceOf(path);
  };
  return { value: clean(value, []), problems };
}

/** `found` with no place in a line that holds one of `pasted`: the line is shown below a diagnostic that has one. */
export function withoutSecretLines(found: readonly Diagnostic[], pasted: readonly Diagnostic[]): Diagnostic[] {
  const secret = new Set(pasted.map(({ location }) => location?.line));
  return found.map((one) => {
    const { location } = one;
    if (location?.line === undefined || !secret.has(location.line)) return one;
    return { ...one, message: `line ${location.line}: ${one.message}`, location: { file: location.file } };
  });
}
