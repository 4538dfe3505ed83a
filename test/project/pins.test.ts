/**
 * Workflows that are shipped or generated pin their actions by the full commit, with the version behind it for people.
 * The examples of handback are compared with what is generated, so they speak for the generator.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');
const workflows = ['examples', 'docs', '.github'].flatMap((folder) => {
  try {
    return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .map((path) => `${folder}/${path}`)
      .filter((path) => /\.(?:ya?ml|md)$/u.test(path));
  } catch {
    return [];
  }
});
const uses = workflows.flatMap((path) =>
  [...readFileSync(join(root, path), 'utf8').matchAll(/^\s*(?:- )?uses: *(\S+@.*)$/gmu)].map(
    ([, text = '']) => `${path}: ${text}`,
  ),
);

it('pins every action by its commit and names the version', () => {
  expect(uses.length).toBeGreaterThan(10);
  const pinned = /: [\w.-]+\/[\w./-]+@(?:[0-9a-f]{40} # v\d+[\d.]*|COMMIT|[0-9a-f]{40})$/u;
  // An action of this project, by a version that `npm run generate` writes; and an organisation's own workflows, which
  // follow its main branch on purpose.
  const own = /acme\/waybill\/|: [\w.-]+\/waybill@v\d|: acme\/\.github\/\.github\/workflows\/[\w.-]+@main$/u;
  expect(
    uses.filter((one) => !(pinned.test(one) || own.test(one)) || (!own.test(one) && !/ # v\d/u.test(one))),
  ).toEqual([]);
});
