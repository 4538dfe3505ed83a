/**
 * Texts of notifications.yaml that its schema takes and that never work: `{{ }}` where Argo CD fills in nothing, line
 * breaks and other control characters, blanks at an edge, names and values of headers that Go's HTTP client refuses to
 * send, and addresses to which no path can be added.
 */
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { isArray, isObject, type Json } from '../../resources/json.ts';
import type { Path } from '../../resources/pointer.ts';
import { formatPath, type Locate } from '../../schemas/problems.ts';

/** A token of RFC 9110, which a header's name must be. */
const headerName = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/u;

/** What may stand in `{{ }}` is checked where the text is used (environment.ts, go-text.ts). */
function isFilledIn(path: Path): boolean {
  const [first, second, third] = path;
  if (first === 'environments') return third === 'url';
  return first === 'report' && (second === 'commitStatus' || second === 'repositoryDispatch');
}

/** Addresses that paths are added to. A webhook's URL is used as it is. */
function isBase(path: Path): boolean {
  const key = path.at(-1);
  return (
    key === 'argocdURL' || key === 'enterpriseURL' || key === 'apiURL' || (key === 'url' && path[0] !== 'webhooks')
  );
}

function inText(text: string, path: Path): { message: string; help: string; template?: true } | undefined {
  const name = formatPath(path);
  const control = Array.from(text, (character) => character.codePointAt(0) ?? 0).find(
    (code) => code < 32 || code === 127,
  );
  if (control !== undefined) {
    const code = control.toString(16).toUpperCase().padStart(4, '0');
    const what = control === 10 ? 'a line break' : `the control character U+${code}`;
    return {
      message: `${name} has ${what}`,
      help: 'Write it in one line. A block (|) ends with a line break; |- does not.',
    };
  }
  if (text !== text.trim()) {
    return { message: `${name} is ${JSON.stringify(text)}, with a blank at its edge`, help: 'Take the blank away.' };
  }
  if (text.includes('{{') && !isFilledIn(path)) {
    return {
      message: `${name} has {{ }}, and nothing is filled in there`,
      help: '{{ }} has a meaning in environments.*.url, report.commitStatus.context and report.repositoryDispatch.eventType.',
      template: true,
    };
  }
  if (isBase(path) && path[0] !== 'environments' && /[?#]/u.test(text)) {
    return {
      message: `${name} has ${text.includes('?') ? 'a query (?)' : 'a fragment (#)'}, so no path can be added to it`,
      help: 'Write the address of the server, such as https://argocd.acme.dev.',
    };
  }
  return undefined;
}

/** All unusable texts below `value`. */
export function unusableTexts(value: Json, locate: Locate, path: Path = []): Diagnostic[] {
  if (isArray(value)) return value.flatMap((item, index) => unusableTexts(item, locate, [...path, index]));
  if (isObject(value)) {
    const headers = path[0] === 'webhooks' && path.at(-1) === 'headers';
    return Object.entries(value).flatMap(([key, item]) => {
      const here = [...path, key];
      if (!headers || headerName.test(key)) return unusableTexts(item ?? null, locate, here);
      const message = `${JSON.stringify(key)} is no name of an HTTP header`;
      const help = ['Names of headers have letters, digits and hyphens, such as X-Audit-Source.'];
      return [
        { severity: 'error', code: 'notifications-config', message, location: locate(here, 'key'), help } as const,
      ];
    });
  }
  const wrong = typeof value === 'string' ? inText(value, path) : undefined;
  if (!wrong) return [];
  const code = wrong.template ? 'notifications-template' : 'notifications-config';
  return [{ severity: 'error', code, message: wrong.message, location: locate(path), help: [wrong.help] }];
}
