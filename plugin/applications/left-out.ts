/**
 * What a command leaves out, as lines for people.
 */
import type { LeftOut } from './find.ts';

const most = 5;

/** `left out: apps/a, apps/b (has no lock)`: one line for each reason. */
export function leftOutLines(leftOut: readonly LeftOut[]): string[] {
  const byReason = new Map<string, string[]>();
  for (const { directory, reason } of leftOut) {
    const directories = byReason.get(reason) ?? [];
    byReason.set(reason, directories);
    if (!directories.includes(directory || '.')) directories.push(directory || '.');
  }
  return [...byReason].map(([reason, directories]) => {
    const more = directories.length - most;
    const names = directories.slice(0, most).join(', ');
    return `left out: ${names}${more > 0 ? ` and ${more} more` : ''} (${reason})`;
  });
}

/** Notes what is left out, each line once: an intent is asked again when another pipeline was first. */
export function tellLeftOut(note: (line: string) => void): (leftOut: readonly LeftOut[]) => void {
  const noted = new Set<string>();
  return (leftOut) => {
    for (const line of leftOutLines(leftOut)) {
      if (!noted.has(line)) note(line);
      noted.add(line);
    }
  };
}
