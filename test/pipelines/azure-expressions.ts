/**
 * The part of Azure's expressions that the example uses: `and`, `eq`, `succeeded`, `failed`, variables, and results and
 * outputs of other jobs. https://learn.microsoft.com/azure/devops/pipelines/process/expressions
 */
import type { Variables } from './world.ts';

/** What expressions can ask for. */
export interface Facts {
  readonly variables: Variables;
  readonly dependencies: Readonly<Record<string, { readonly result: string; readonly outputs: Variables }>>;
  /** Results of the jobs that are depended on, or of the steps before. */
  readonly before: readonly string[];
}

const call = /^(\w+)\((.*)\)$/su;
const variable = /^variables\['([\w.]+)'\]$/u;
const output = /^dependencies\.(\w+)\.outputs\['([\w.]+)'\]$/u;

/** The arguments of a call: commas within brackets or quotes separate nothing. */
function split(text: string): string[] {
  const parts = text.match(/(?:'[^']*'|\((?:'[^']*'|[^()'])*\)|[^,()'])+/gu) ?? [];
  return parts.map((part) => part.trim()).filter(Boolean);
}

function evaluate(expression: string, facts: Facts): string {
  const [, name, inner = ''] = call.exec(expression) ?? [];
  const values = (): string[] => split(inner).map((one) => evaluate(one, facts));
  switch (name) {
    case undefined:
      break;
    case 'and':
      return String(values().every((value) => value === 'true'));
    case 'eq': {
      const [left, right] = values();
      return String(left?.toLowerCase() === right?.toLowerCase());
    }
    case 'succeeded':
      return String(facts.before.every((result) => result === 'Succeeded'));
    case 'failed':
      return String(facts.before.includes('Failed'));
    default:
      throw new Error(`${name}() is not known here`);
  }
  const [, text] = /^'([^']*)'$/u.exec(expression) ?? [];
  if (text !== undefined) return text;
  const [, asked] = variable.exec(expression) ?? [];
  if (asked !== undefined) return facts.variables[asked] ?? '';
  const [, job = '', key = ''] = output.exec(expression) ?? [];
  const found = facts.dependencies[job];
  if (found === undefined) throw new Error(`${expression} is not known here`);
  return found.outputs[key] ?? '';
}

/** Whether a condition lets a job or step run. */
export function holds(condition: string, facts: Facts): boolean {
  return evaluate(condition, facts) === 'true';
}

/** The value of a variable: a text, or `$[ expression ]`. */
export function valueOf(value: string, facts: Facts): string {
  const [, expression] = /^\$\[(.*)\]$/su.exec(value) ?? [];
  return expression === undefined ? value : evaluate(expression.trim(), facts);
}
