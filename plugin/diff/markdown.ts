/**
 * The difference as a pull-request comment: a summary line, then one collapsible part for each resource.
 * GitHub takes 65,536 characters in a comment and refuses more; what does not fit is counted, never cut in the middle.
 */
import { writeYaml } from '../yaml/write.ts';
import { escape } from './all-text.ts';
import type { Comparison, ResourceDiff } from './compare.ts';
import { fieldLines } from './lines.ts';
import { marks, summarize, title } from './summary.ts';

/** Characters of the whole text, with room for what a bot puts around it. */
const LONGEST = 60_000;

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** A code block whose fence is longer than any run of backticks in it. */
function fenced(language: string, text: string): string {
  const longest = Math.max(2, ...(text.match(/`+/gu) ?? []).map((run) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}${language}\n${text}\n${fence}`;
}

function plural(number: number, word: string): string {
  return `${number} ${word}${number === 1 ? '' : 's'}`;
}

function content(resource: ResourceDiff): string {
  if (resource.change !== 'changed') return fenced('yaml', writeYaml(resource.body).trimEnd());
  const lines = resource.fields.flatMap(fieldLines).map(({ mark, text }) => `${mark} ${text}`);
  return fenced('diff', lines.join('\n'));
}

function details(resource: ResourceDiff): string {
  const size = resource.change === 'changed' ? plural(resource.fields.length, 'field') : resource.change;
  const summary = `${marks[resource.change]} <code>${escapeHtml(title(resource))}</code>: ${size}`;
  return `<details><summary>${summary}</summary>\n\n${content(resource)}\n\n</details>\n`;
}

function tail(left: number): string {
  return `\n**${plural(left, 'more resource')} not shown here**: the comment would be too long. Run \`waybill diff\` for all of it.\n`;
}

/**
 * At most 60,000 characters. A resource whose part is too long keeps its summary line and says that its content is
 * left out; when even those lines are too many, the last line counts the rest.
 */
export function format(comparison: Comparison, heading: string): string {
  const head = `### ${escape(heading)}\n\n${summarize(comparison)}\n\n`;
  let text = head;
  let left = comparison.resources.length;
  const room = LONGEST - tail(left).length;
  for (const resource of comparison.resources) {
    let part = details(resource);
    if (text.length + part.length > room) {
      part = `${marks[resource.change]} <code>${escapeHtml(title(resource))}</code>: too long to be shown here\n\n`;
    }
    if (text.length + part.length > room) break;
    text += part;
    left -= 1;
  }
  return left === 0 ? text : text + tail(left);
}
