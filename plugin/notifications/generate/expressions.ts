/**
 * Expressions (expr-lang) of triggers, composed by Handlebars from notification-templates/expressions: the part that
 * says what state an Application is in is written once. Nothing of a user's is compiled here.
 */
import Handlebars from 'handlebars';
import { catalogueFolder } from './catalogue.ts';

let composer: typeof Handlebars | undefined;

function handlebars(): typeof Handlebars {
  if (composer) return composer;
  composer = Handlebars.create();
  for (const [name, text] of catalogueFolder('expressions')) composer.registerPartial(name, withoutComments(text));
  return composer;
}

/** Comments explain the catalogue; in the ConfigMap they would only cost room. */
function withoutComments(text: string): string {
  return text.replace(/^\s*\/\/.*\n/gmu, '');
}

/** The expression of `expressions/NAME.expr` with `parameters` filled in, one statement a line. */
export function expression(name: string, parameters: Readonly<Record<string, unknown>> = {}): string {
  const compiled = handlebars().compile(`{{> ${name}}}`, { noEscape: true, strict: true });
  return compiled(parameters)
    .split('\n')
    .map((line) => line.trimEnd())
    .filter((line) => line !== '')
    .join('\n');
}
