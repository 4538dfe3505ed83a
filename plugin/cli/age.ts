/**
 * How long ago something was, as kubectl writes it: tables are for a look, the exact time is in `-o json`.
 */
const steps = [
  ['d', 86_400],
  ['h', 3600],
  ['m', 60],
  ['s', 1],
] as const;

/** `5d`, `3h`, `12m`, `40s`; `-` for a text that is no time. A time that is yet to come is `0s`. */
export function age(time: string, now: number): string {
  const seconds = Math.floor((now - Date.parse(time)) / 1000);
  if (Number.isNaN(seconds)) return '-';
  const step = steps.find(([, length]) => seconds >= length);
  return step === undefined ? '0s' : `${Math.floor(seconds / step[1])}${step[0]}`;
}
