// How the demo looks in a terminal: numbered steps, commands, what they print, shortened.

/** @param {(text: string) => void} write */
export function createScreen(write) {
  let step = 0;
  const lines = (text, indent) => {
    for (const line of text.trimEnd().split('\n')) write(`${indent}${line}`.trimEnd());
  };
  return {
    step(title) {
      step += 1;
      write('');
      write(`${step}. ${title}`);
    },
    say: (text) => lines(text, '   '),
    command: (text) => lines(`$ ${text}`, '     '),
    output: (text) => lines(text, '       '),
  };
}

/** The lines from each match of a pattern on, `length` of them, with `…` in place of what lies between. */
export function excerpt(text, picks) {
  const all = text.split('\n');
  const kept = [];
  let end = 0;
  for (const { from, length } of picks) {
    const start = all.findIndex((line, index) => index >= end && from.test(line));
    if (start < 0) throw new Error(`the demo shows a line like ${from}, and there is none in:\n${text}`);
    if (start > end) kept.push('…');
    end = start + length;
    kept.push(...all.slice(start, end));
  }
  return [...kept, ...(end < all.length ? ['…'] : [])].join('\n');
}
