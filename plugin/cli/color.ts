/**
 * The one place that decides about colours: in a terminal only, unless FORCE_COLOR or NO_COLOR
 * (https://no-color.org, https://force-color.org) say otherwise.
 */
import { styleText } from 'node:util';
import type { Paint } from '../diff/text.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Whether text that goes to a stream gets colours. FORCE_COLOR=0 and NO_COLOR with any text turn them off. */
export function wantsColor(env: Environment, isTTY: boolean | undefined): boolean {
  const { FORCE_COLOR: forced, NO_COLOR: none, TERM: terminal } = env;
  if (forced !== undefined && forced !== '') return forced !== '0' && forced !== 'false';
  if (none) return false;
  return isTTY === true && terminal !== 'dumb';
}

const styles = { '+': 'green', '-': 'red', '~': 'yellow' } as const;

/** Green for what is added, red for what is removed, yellow for what changes. */
export const paintDiff: Paint = (mark, line) =>
  mark === ' ' ? line : styleText(styles[mark], line, { validateStream: false });
