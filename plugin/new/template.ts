/**
 * Repositories from templates: the examples with other names in them. A template is a folder that works as it is, so
 * its files are read by their real readers in tests; filling it in replaces the values of the example.
 */
import { attemptAll, failure } from '../diagnostics/failure.ts';
import { notFoundHelp } from '../diagnostics/suggest.ts';

/** One template, as its `template.yaml` and its files have it. */
export interface Template {
  readonly description: string;
  /** Which value the argument NAME is. */
  readonly name: string;
  /** The folder that is made, with the values of the example in it. */
  readonly directory: string;
  /** What may be changed: the texts that stand in the files. */
  readonly values: Readonly<Record<string, string>>;
  /** By path. */
  readonly files: Readonly<Record<string, string>>;
}

const DNS = /^[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?)+$/u;

/** What each value may be: it lands in names of images, hosts and Kubernetes objects. */
const shapes: Readonly<Record<string, { readonly pattern: RegExp; readonly expected: string }>> = {
  name: {
    pattern: /^[a-z](?:[-a-z0-9]{0,38}[a-z0-9])?$/u,
    expected: 'lower-case letters, digits and hyphens, at most 40, a letter first',
  },
  organization: {
    pattern: /^[a-z](?:-?[a-z0-9]){0,38}$/u,
    expected: 'a name that Git providers allow, in lower case as image names have it',
  },
  domain: { pattern: DNS, expected: 'a domain, such as acme.dev' },
  registry: { pattern: /^[a-z0-9](?:[-.a-z0-9]*[a-z0-9])?(?::[0-9]{1,5})?$/u, expected: 'a host, such as ghcr.io' },
  argocd: { pattern: DNS, expected: 'the host of Argo CD, such as argocd.acme.dev' },
  timezone: { pattern: /^[A-Z][A-Za-z_]+(?:\/[A-Z][A-Za-z_-]+)*$/u, expected: 'a time zone, such as Europe/Berlin' },
};

/**
 * Every value of the template: NAME, and those that are given.
 * @throws Failure `template-value` for everything that is missing, unknown or malformed
 */
export function valuesOf(
  { values, name: named }: Template,
  name: string,
  given: Readonly<Record<string, string>>,
): ReadonlyMap<string, string> {
  const all = new Map([...Object.entries(given), [named, name] as const]);
  const names = Object.keys(values);
  attemptAll(new Set([...names, ...all.keys()]), (key) => {
    if (!names.includes(key)) {
      throw failure('template-value', `the template has no value ${JSON.stringify(key)}`, {
        help: notFoundHelp('Values', key, names),
      });
    }
    const value = all.get(key);
    if (value === undefined) {
      throw failure('template-value', `${key} is not given`, {
        help: [`Give it with --value ${key}=…; the example has ${values[key]}.`],
      });
    }
    const shape = shapes[key];
    if (shape && !shape.pattern.test(value)) {
      throw failure('template-value', `${key} is ${JSON.stringify(value)}`, { help: [`Expected: ${shape.expected}.`] });
    }
  });
  if (Object.hasOwn(given, named) && given[named] !== name) {
    throw failure('template-value', `${named} is given twice: ${name} and ${given[named]}`, {
      help: ['The argument NAME is enough.'],
    });
  }
  return all;
}

/** Replaces the example's values where they stand as words of their own. What was put in is not looked at again. */
function replacer({ values }: Template, given: ReadonlyMap<string, string>): (text: string) => string {
  const to = new Map(Object.entries(values).map(([key, written]) => [written, given.get(key) ?? written]));
  const longestFirst = [...to.keys()].toSorted((one, other) => other.length - one.length);
  const words = longestFirst.map((word) => word.replaceAll(/[.*+?^$()|[\]\\/{}]/gu, String.raw`\$&`));
  const pattern = new RegExp(`(?<![A-Za-z0-9])(?:${words.join('|')})(?![A-Za-z0-9])`, 'gu');
  return (text) => text.replaceAll(pattern, (word) => to.get(word) ?? word);
}

/** The template with these values: the folder, and its files by path. */
export function fill(
  template: Template,
  given: ReadonlyMap<string, string>,
): { readonly directory: string; readonly files: ReadonlyMap<string, string> } {
  const replace = replacer(template, given);
  const files = Object.entries(template.files).map(([path, text]): [string, string] => [replace(path), replace(text)]);
  return { directory: replace(template.directory), files: new Map(files) };
}

/** The template of a kind. Failure `template-kind` with those that exist. */
export function templateOf(templates: Readonly<Record<string, Template>>, kind: string): Template {
  const template = Object.hasOwn(templates, kind) ? templates[kind] : undefined;
  if (template) return template;
  throw failure('template-kind', `there is no template ${JSON.stringify(kind)}`, {
    help: [...notFoundHelp('Templates', kind, Object.keys(templates)), 'waybill new --list describes them.'],
  });
}
