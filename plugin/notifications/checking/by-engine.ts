/**
 * The engine's own reading of the settings: what it refuses, with its words and the place in the file.
 */
import type { Diagnostic, Location } from '../../diagnostics/diagnostic.ts';
import type { EngineProblem } from '../../schemas/engine.generated.ts';
import type { Engine } from '../engine/engine.ts';
import { refused } from './findings.ts';
import type { Model } from './model.ts';
import { dataOf } from './settings.ts';
import { checkTemplate } from './template/syntax.ts';
import { textsOf } from './texts.ts';

/** The Secret's keys as the engine needs them: placeholders of a template of a Secret are made up. */
function secretOf({ settings: { secret } }: Model): Record<string, string> {
  return Object.fromEntries([...(secret ?? [])].filter(([, value]) => value.includes('-----')));
}

/** Where the engine's problem stands in the file. */
function placeOf({ triggers, templates, settings }: Model, { key, expression }: EngineProblem): Location {
  if (expression) {
    const trigger = triggers.find(({ setting }) => setting.key === key);
    const text = trigger?.conditions[expression.condition]?.[expression.field];
    if (text) return text.locate(expression.line, expression.column);
  }
  // Go says only the line within one of the template's texts: the subset knows which.
  const template = templates.find(({ setting }) => setting.key === key);
  for (const { text, locate } of template ? textsOf(template) : []) {
    const problem = checkTemplate(text);
    if (problem) return locate(problem.line, problem.column);
  }
  return settings.settings.find((setting) => setting.key === key)?.location ?? settings.location;
}

/** What the engine refuses and no check has found. */
export async function checkByEngine(model: Model, found: readonly Diagnostic[], engine: Engine): Promise<Diagnostic[]> {
  const { problems, error } = await engine.check({
    configMap: dataOf(model.settings),
    secret: secretOf(model),
    fillSecret: true,
  });
  const known = new Set(
    found.filter(({ code }) => code === 'notifications-refused').map(({ location }) => location?.line),
  );
  const more = problems.flatMap((problem) => {
    const setting = model.settings.settings.find(({ key }) => key === problem.key);
    const lines = setting ? setting.text.split('\n').map((_line, index) => setting.locate(index + 1).line) : [];
    if (!problem.expression && [...lines, setting?.location.line].some((line) => known.has(line))) return [];
    const where = problem.expression
      ? `${problem.expression.field} of ${problem.key}[${problem.expression.condition}] does not parse`
      : `the controller refuses ${problem.key}`;
    return [refused(`${where}: ${problem.message}`, placeOf(model, problem))];
  });
  if (error === undefined || known.size > 0 || more.length > 0) return more;
  return [refused(`the controller refuses the settings: ${error}`, model.settings.location)];
}
