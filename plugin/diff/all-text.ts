/**
 * What a change does to many applications, for a terminal and as the one comment of a pull request.
 */
import { visible } from '../diagnostics/format.ts';
import type { JsonObject } from '../resources/json.ts';
import type { AllComparison, Unrendered } from './all.ts';
import { type AllFacts, factsOf, type FoldedChange, placeOf } from './all-facts.ts';
import type { ResourceDiff } from './compare.ts';

/** Hidden in the comment, so that whoever posts it finds the one from before. */
const marker = '<!-- waybill diff --all -->';

/** Characters of a comment, with room for what a bot puts around it. */
const longest = 60_000;
/** Names of applications in one line. */
const mostNames = 5;

function plural(number: number, word: string): string {
  return `${number} ${word}${number === 1 ? '' : 's'}`;
}

/** `3 environments of 2 applications change, 40 do not`. */
function headline({ touched, unrendered, unchanged }: AllComparison): string {
  const applications = new Set(touched.map(({ directory }) => directory));
  const broken = unrendered.filter(({ isBroken }) => isBroken).length;
  const parts = [
    touched.length === 0
      ? 'Nothing that is rendered changes'
      : `${plural(touched.length, 'environment')} of ${plural(applications.size, 'application')} ${touched.length === 1 ? 'changes' : 'change'}`,
    `${unchanged} ${unchanged === 1 ? 'does' : 'do'} not`,
    ...(broken > 0 ? [`${broken} cannot be rendered any more`] : []),
  ];
  return `${parts.join(', ')}.`;
}

function places({ places: all }: FoldedChange): string {
  const names = all.slice(0, mostNames).join(', ');
  return all.length > mostNames ? `${all.length} places: ${names} and ${all.length - mostNames} more` : names;
}

function brokenText({ diagnostics, isBroken, ...one }: Unrendered): string {
  const [first] = diagnostics;
  const at = [first?.location?.file, first?.location?.line].filter((part) => part !== undefined).join(':');
  const words = [at, first?.message].filter(Boolean).join(': ');
  return `${placeOf(one)} ${isBroken ? 'cannot be rendered' : 'could not be rendered before'}: ${words}`;
}

function foldedText({ touched }: AllComparison): string | undefined {
  const records = touched.reduce((sum, one) => sum + one.records, 0);
  const stamped = touched.reduce((sum, one) => sum + one.stamped, 0);
  if (records + stamped === 0) return undefined;
  return `Not shown: ${plural(records, 'record')}, the stamps of ${plural(stamped, 'resource')}.`;
}

function newAndGone({ touched }: AllComparison): { text: string; places: string[] }[] {
  const fresh = touched.filter(({ is }) => is === 'new').map(placeOf);
  return fresh.length === 0 ? [] : [{ text: 'new', places: fresh }];
}

/** Lines for a terminal. Ends with a newline. */
export function allText(comparison: AllComparison): string {
  const { dangers, changes } = factsOf(comparison);
  const lines = [
    headline(comparison),
    ...comparison.unrendered.map((one) => `! ${brokenText(one)}`),
    ...dangers.map((one) => `! ${one.text} (${places(one)})`),
    ...newAndGone(comparison).map((one) => `+ ${places(one)}`),
    ...changes.map((one) => `~ ${one.text} (${places(one)})`),
    ...[foldedText(comparison)].filter((one) => one !== undefined),
  ];
  return lines.map((line) => `${visible(line.replaceAll('\n', ' '))}\n`).join('');
}

/** A text of somebody's in a line of Markdown: no links, pictures, mentions or HTML come out of it. */
export function escape(text: string): string {
  return visible(text.replaceAll(/\s+/gu, ' '))
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll(/[\\`*_{}[\]()#!~|@]/gu, (one) => `&#${one.codePointAt(0)};`);
}

function item({ text, places: all }: FoldedChange): string {
  const [only, second] = all;
  if (second === undefined) return `- ${escape(text)} <sub>${escape(only ?? '')}</sub>\n`;
  const names = all.map((one) => `<li>${escape(one)}</li>`).join('');
  return `- <details><summary>${escape(text)} in ${all.length} places</summary><ul>${names}</ul></details>\n`;
}

/** A list under a heading, as far as there is room; what finds none is counted. */
function section(title: string, items: readonly string[], room: number): string {
  if (items.length === 0) return '';
  let text = `\n**${title}**\n\n`;
  let left = items.length;
  for (const one of items) {
    if (text.length + one.length > room - 100) break;
    text += one;
    left -= 1;
  }
  return left === 0 ? text : `${text}- and ${left} more: run \`waybill diff --all\` for all of them\n`;
}

function sections(comparison: AllComparison, { dangers, changes }: AllFacts): [string, string[]][] {
  const broken = comparison.unrendered.filter(({ isBroken }) => isBroken);
  const before = comparison.unrendered.filter(({ isBroken }) => !isBroken);
  return [
    ['Cannot be rendered', broken.map((one) => `- ${escape(brokenText(one))}\n`)],
    ['Look at these first', dangers.map(item)],
    ['New', newAndGone(comparison).flatMap(({ places: all }) => all.map((one) => `- ${escape(one)}\n`))],
    ['Changes', changes.map(item)],
    ['Could not be rendered before', before.map((one) => `- ${escape(brokenText(one))}\n`)],
  ];
}

/** The comment: at most 60,000 characters, dangerous things first, no markup of whoever wrote the manifests. */
export function allMarkdown(comparison: AllComparison, against: string): string {
  let text = `${marker}\n### What this change deploys\n\n${headline(comparison)} Compared with \`${escape(against)}\`.\n`;
  for (const [title, items] of sections(comparison, factsOf(comparison)))
    text += section(title, items, longest - text.length - 200);
  const folded = foldedText(comparison);
  return folded === undefined ? text : `${text}\n<sub>${folded}</sub>\n`;
}

function resourceRow(resource: ResourceDiff): JsonObject {
  const { group, version, kind, namespace, name } = resource.id;
  const id = { change: resource.change, group, version, kind, namespace, name };
  if (resource.change !== 'changed') return id;
  const fields = resource.fields.map(({ path, before, after }) => ({
    path,
    ...(before === undefined ? {} : { before }),
    ...(after === undefined ? {} : { after }),
  }));
  return { ...id, fields };
}

/** One object for each environment that changes, and each that cannot be rendered: for programs. */
export function allRows({ touched, unrendered }: AllComparison): JsonObject[] {
  return [
    ...touched.map(({ directory, environment, is, comparison, stamped, records }) => ({
      application: directory,
      ...(environment === undefined ? {} : { environment }),
      is: is ?? 'changed',
      resources: comparison.resources.map(resourceRow),
      stamped,
      records,
    })),
    ...unrendered.map(({ directory, environment, isBroken, diagnostics }) => ({
      application: directory,
      ...(environment === undefined ? {} : { environment }),
      is: isBroken ? 'broken' : 'unknown',
      errors: diagnostics.map(({ code, message, location }) => ({
        code,
        message,
        ...(location === undefined ? {} : { file: location.file }),
        ...(location?.line === undefined ? {} : { line: location.line }),
      })),
    })),
  ];
}
