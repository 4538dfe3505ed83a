/**
 * Edits of generated files: the value is the wanted one (editYaml checks that itself, by reading), and nothing but
 * the change moves.
 */
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { isArray, isObject, isScalar, type Json } from '../../plugin/resources/json.ts';
import { type Path, valueAt } from '../../plugin/resources/pointer.ts';
import { editYaml, type YamlEdit } from '../../plugin/yaml/edit.ts';
import { parseDocuments } from '../../plugin/yaml/library.ts';
import { readYaml } from '../../plugin/yaml/read.ts';
import { nastyString, styledText } from './arbitrary.ts';

const options = { numRuns: 1000, seed: Number(process.env['WAYBILL_TEST_SEED'] ?? 20260101) };

function pathsOf(value: Json, path: Path = []): Path[] {
  if (isArray(value)) return [path, ...value.flatMap((item, index) => pathsOf(item, [...path, index]))];
  if (!isObject(value)) return [path];
  return [path, ...Object.entries(value).flatMap(([key, item]) => pathsOf(item ?? null, [...path, key]))];
}

function read(text: string): Json | undefined {
  return readYaml(text, { file: 'a.yaml', duplicateKeys: 'error' })[0]?.value;
}

/** Texts that hold a mapping, with one of its paths. */
const places = fc
  .tuple(styledText, fc.nat(10_000), fc.boolean())
  .map(([text, pick, crlf]) => ({ text: crlf ? text.replaceAll('\n', '\r\n') : text, pick }))
  .filter(({ text }) => {
    // Some texts the fast reader takes and the library, which edits need, does not: they are refused.
    if (parseDocuments(text).some(({ problems }) => problems.length > 0)) return false;
    try {
      return isObject(read(text)) && Object.keys(read(text) ?? {}).length > 0;
    } catch {
      return false;
    }
  })
  .map(({ text, pick }) => {
    const paths = pathsOf(read(text) ?? null).filter((path) => path.length > 0);
    return { text, path: paths[pick % paths.length] ?? [] };
  });

function change(text: string, edit: YamlEdit): string {
  return editYaml(text, [edit], { file: 'a.yaml' });
}

/** How many lines differ between the common start and the common end of two texts, and the middle of each. */
function middle(before: string, after: string): { gone: string[]; come: string[] } {
  const [old, now] = [before.split('\n'), after.split('\n')];
  let start = 0;
  while (start < Math.min(old.length, now.length) && old[start] === now[start]) start += 1;
  let end = 0;
  while (end < Math.min(old.length, now.length) - start && old.at(-1 - end) === now.at(-1 - end)) end += 1;
  return { gone: old.slice(start, old.length - end), come: now.slice(start, now.length - end) };
}

const comments = (text: string) => (text.match(/ # (?:c|comment|own line)\r?$/gmu) ?? []).length;

it('sets a scalar: one line changes, and only there', () => {
  const scalar = fc.oneof(
    nastyString.filter((one) => !one.includes('\n')),
    fc.integer(),
    fc.boolean(),
  );
  fc.assert(
    fc.property(places, scalar, ({ text, path }, value) => {
      fc.pre(isScalar(valueAt(read(text), path)));
      const after = change(text, { op: 'set', path, value });
      expect(valueAt(read(after), path)).toEqual(value);
      const { gone, come } = middle(text, after);
      expect(come).toHaveLength(gone.length);
      expect(come.length).toBeLessThanOrEqual(1);
      expect(comments(after)).toBe(comments(text));
      // The same edit again changes nothing, and setting it back gives back the value.
      expect(change(after, { op: 'set', path, value })).toBe(after);
    }),
    options,
  );
});

it('adds and removes keys and items: every other line stays', () => {
  fc.assert(
    fc.property(places, nastyString, fc.nat(3), ({ text, path }, value, at) => {
      const target = valueAt(read(text), path);
      fc.pre(isArray(target) || isObject(target));
      const edit: YamlEdit = isArray(target)
        ? { op: 'insert', path, value, index: Math.min(at, target.length) }
        : { op: 'set', path: [...path, 'a new key'], value: { value } };
      const after = change(text, edit);
      const { gone } = middle(text, after);
      // At most the line of a flow collection, or the lines of the empty collection that is filled.
      expect(gone.length).toBeLessThanOrEqual(Object.keys(target).length === 0 ? 2 : 1);
      expect(comments(after)).toBe(comments(text));
      const back = isArray(target) ? [...path, Math.min(at, target.length)] : [...path, 'a new key'];
      expect(read(change(after, { op: 'remove', path: back }))).toEqual(read(text));
    }),
    options,
  );
});
