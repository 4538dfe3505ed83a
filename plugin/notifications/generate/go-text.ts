/**
 * Texts of notifications.yaml with `{{ }}` (environment URLs, contexts, event types) as expressions of Go templates.
 * Handlebars' syntax, read by the same parser as waybill.yaml's; only plain names, since Go fills them in later.
 */
import type { Location } from '../../diagnostics/diagnostic.ts';
import { failure } from '../../diagnostics/failure.ts';
import { notFoundHelp } from '../../diagnostics/suggest.ts';
import { type Expression, parseTemplate } from '../../templates/parse.ts';

/** A string in Go's syntax; JSON's is the same for what can stand in a configuration. */
export function goString(text: string): string {
  return JSON.stringify(text);
}

function nameOf(path: Expression, names: readonly string[], what: string, location: Location): string {
  const name = path.type === 'PathExpression' ? path.original : undefined;
  if (typeof name === 'string' && names.includes(name)) return name;
  throw failure('notifications-template', `${what} uses ${JSON.stringify(name ?? path.type)}`, {
    location,
    help: notFoundHelp('Names here', name ?? '', names),
  });
}

/**
 * A Go expression that gives the text of `text`, whose `{{ name }}` become the Go variables of `variables`.
 * Failure `notifications-template` for anything but a known plain name; `template-syntax`.
 */
export function goText(
  text: string,
  variables: Readonly<Record<string, string>>,
  what: string,
  location: Location,
): string {
  const names = Object.keys(variables);
  let format = '';
  const used: string[] = [];
  for (const statement of parseTemplate(text, () => location).body) {
    if (statement.type === 'ContentStatement') {
      format += statement.value.replaceAll('%', '%%');
    } else if (statement.type === 'MustacheStatement' && statement.params.length === 0) {
      format += '%s';
      used.push(variables[nameOf(statement.path, names, what, location)] ?? '');
    } else {
      throw failure('notifications-template', `${what} uses more than names in {{ }}`, {
        location,
        help: [`Known names: ${names.join(', ')}. Argo CD fills them in, and has no helpers here.`],
      });
    }
  }
  return used.length === 0 ? goString(format.replaceAll('%%', '%')) : `(printf ${goString(format)} ${used.join(' ')})`;
}
