/**
 * Node 20's V8 has nothing between its interpreter and its optimizer, and starts the optimizer so early that a run of a
 * few hundred milliseconds pays for it and seldom gets anything back: a render of 200 resources takes a third longer.
 * Once there is much to read, the optimizer is asked to be patient. Later versions (with Maglev) are left alone.
 */

/** Characters after which a run is no longer a matter of milliseconds: some fifty resources. */
const LONG = 50_000;
const isV8Impatient = process.versions.v8.startsWith('11.');
let total = 0;

/** Called with the length of each text that is read. */
export function expectWork(length: number): void {
  if (!isV8Impatient || total > LONG) return;
  total += length;
  // Sixteen times V8's own number; only when the optimizer starts depends on it. Loaded here: `node:v8` costs milliseconds.
  if (total > LONG) process.getBuiltinModule('node:v8').setFlagsFromString('--interrupt-budget=1000000');
}
