/**
 * Colours for differences. Loaded only where they are printed.
 */
import { styleText } from 'node:util';
import type { Paint } from '../diff/text.ts';

const styles = { '+': 'green', '-': 'red', '~': 'yellow' } as const;

/** Green for what is added, red for what is removed, yellow for what changes. */
export const paintDiff: Paint = (mark, line) =>
  mark === ' ' ? line : styleText(styles[mark], line, { validateStream: false });
