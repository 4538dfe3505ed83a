/**
 * The files around the code: actionlint reads the workflows, excerpts of the published schemas read the forms and the
 * devcontainer, and the commands and paths that these files name exist.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import type { Json } from '../../plugin/resources/json.ts';
import { valueAt } from '../../plugin/resources/pointer.ts';
import { readYaml } from '../../plugin/yaml/read.ts';
import { ask, textAt } from '../handback/oracle.ts';

const root = join(import.meta.dirname, '../..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const files = (folder: string): string[] => readdirSync(join(root, folder)).map((name) => `${folder}/${name}`);
const document = (path: string): Json | undefined =>
  readYaml(read(path), { file: path, duplicateKeys: 'error' })[0]?.value;
const workflows = files('.github/workflows');
const text = { type: 'string', minLength: 1 };

/** An excerpt of SchemaStore's github-issue-forms.json: the kinds of elements that the forms here use. */
const form = {
  type: 'object',
  additionalProperties: false,
  required: ['name', 'description', 'body'],
  properties: {
    name: text,
    description: text,
    labels: { type: 'array', items: text },
    body: {
      type: 'array',
      minItems: 1,
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['type', 'attributes'],
        properties: {
          type: { enum: ['markdown', 'textarea', 'input', 'checkboxes'] },
          id: { type: 'string', pattern: '^[\\w-]+$' },
          attributes: {
            type: 'object',
            additionalProperties: false,
            properties: {
              label: text,
              description: text,
              value: text,
              render: text,
              options: { type: 'array', minItems: 1, items: { type: 'object', required: ['label'] } },
            },
          },
          validations: {
            type: 'object',
            additionalProperties: false,
            properties: { required: { type: 'boolean' } },
          },
        },
      },
    },
  },
};

function problems(schema: object, value: unknown): unknown {
  const check = new Ajv({ allErrors: true }).compile(schema);
  return check(value) ? [] : check.errors;
}

describe('workflows', () => {
  it.each(workflows)('%s is right for actionlint', async (path) => {
    expect(await ask({ op: 'actionlint', name: path, text: read(path) })).toMatchObject({ problems: [] });
  });

  it('run scripts that exist', () => {
    const scripts = valueAt(document('package.json'), ['scripts']);
    const used = workflows.flatMap((path) => [...read(path).matchAll(/npm run ([\w:-]+)/gu)].map(([, name]) => name));
    expect(used.length).toBeGreaterThan(3);
    expect(scripts).toMatchObject(Object.fromEntries(used.map((name) => [name, expect.any(String)])));
  });

  it('run .ci/run on the oldest supported Node and on the one of the sidecar', () => {
    const node = valueAt(document('.github/workflows/ci.yaml'), ['jobs', 'check', 'strategy', 'matrix', 'node']);
    const oldest = /(\d+\.\d+)/u.exec(textAt(document('package.json'), ['engines', 'node']))?.[1];
    const image = /FROM (?:\S+\/)?node:(\d+)/u.exec(read('sidecar/Dockerfile'))?.[1];
    expect(node).toEqual(expect.arrayContaining([oldest, image]));
    expect(read('.nvmrc').trim()).toBe(image);
  });
});

describe('forms', () => {
  const forms = files('.github/ISSUE_TEMPLATE').filter((path) => !path.endsWith('config.yml'));

  it.each(forms)('%s is a form', (path) => {
    expect(problems(form, document(path))).toEqual([]);
  });

  it('link to pages that exist', () => {
    const linked = forms.flatMap((path) =>
      [...read(path).matchAll(/blob\/main\/([^)#\s]+)/gu)].map(([, target = '']) => target),
    );
    expect(linked.length).toBeGreaterThan(0);
    expect(linked.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });
});

it('gives every path of CODEOWNERS something to own', () => {
  const paths = read('.github/CODEOWNERS')
    .split('\n')
    .filter((line) => line.startsWith('/'))
    .map((line) => line.split(/\s+/u)[0] ?? '');
  expect(paths.length).toBeGreaterThan(3);
  expect(paths.filter((path) => !existsSync(join(root, path)))).toEqual([]);
});
