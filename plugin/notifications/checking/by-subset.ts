/**
 * The syntax of expressions and templates without the real parsers: a subset, which finds the usual mistakes.
 */
import type { Path } from '../../resources/pointer.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { checkSyntax } from './expression/syntax.ts';
import { refused, silent } from './findings.ts';
import type { Model } from './model.ts';
import { checkTemplate } from './template/syntax.ts';
import { textsOf } from './texts.ts';

/** Most texts are parsed when the settings are read; these when a message is made, which then fails alone. */
function isParsedLate([service, field]: Path): boolean {
  if (service === 'awssqs') return field === 'messageAttributes';
  return service === 'gcppubsub' || service === 'alertmanager';
}

/** Mistakes of syntax, each of which makes the controller refuse everything. */
export function checkBySubset({ triggers, templates }: Model): Diagnostic[] {
  const expressions = triggers.flatMap(({ setting, conditions }) =>
    conditions.flatMap(({ when, oncePer, path: [index = 0] }) =>
      [['when', when] as const, ['oncePer', oncePer] as const].flatMap(([field, expression]) => {
        const problem = expression && checkSyntax(expression.text);
        if (!problem) return [];
        const place = expression.locate(problem.line, problem.column);
        return [refused(`${field} of ${setting.key}[${index}] does not parse: ${problem.message}`, place)];
      }),
    ),
  );
  const texts = templates.flatMap((template) =>
    textsOf(template).flatMap(({ text, locate, path }) => {
      const problem = checkTemplate(text);
      if (!problem) return [];
      const message = `${template.setting.key} does not parse: ${problem.message}`;
      const find = isParsedLate(path) ? silent : refused;
      return [find(message, locate(problem.line, problem.column))];
    }),
  );
  return [...expressions, ...texts];
}
