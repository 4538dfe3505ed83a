/**
 * Texts for Go's text/template. A text of the catalogue uses variables such as `$owner`; each is defined in a file of
 * notification-templates/values that may use others. What a text uses is put before it, since the engine parses
 * every field of a template by itself. These texts are never compiled by Handlebars, which would eat their `{{ }}`.
 */
import { catalogueFolder } from './catalogue.ts';

/** Definitions that depend on the configuration, by the variable's name: Go text that assigns it. */
export type Definitions = Readonly<Record<string, string>>;

const mention = /\$([a-zA-Z]\w*)/gu;

/** Comments explain the catalogue; line ends between actions are trimmed by Go anyway. */
function compact(text: string): string {
  return text
    .replace(/\{\{- \/\*.*?\*\/ -\}\}/gsu, '')
    .replace(/-\}\}\s+(?=\{\{-)/gu, '-}}')
    .trim();
}

/** `text` with the definitions of all variables that it uses, directly or through others, before it. */
export function withValues(text: string, definitions: Definitions): string {
  const values = catalogueFolder('values');
  const known = (name: string): string | undefined => definitions[name] ?? values.get(name);
  const done: string[] = [];
  const visited = new Set<string>();
  const visit = (source: string, self?: string): void => {
    for (const [, name = ''] of source.matchAll(mention)) {
      const definition = name === self || visited.has(name) ? undefined : known(name);
      if (definition === undefined) continue;
      visited.add(name);
      visit(definition, name);
      done.push(compact(definition));
    }
  };
  visit(text);
  return compact(done.join('')) + text;
}
