import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { packTar } from 'modern-tar';
import { beforeAll, describe, expect, it } from 'vitest';
import { type FolderContent, temporaryFolders } from '../../../test/tools/folder.ts';
import { helm3Binary, helm4Binary } from '../../../test/tools/renderers.mjs';
import { failureText, listing, programs, sourceContext } from '../../../test/tools/source-context.ts';
import { createDirectoryTree } from '../../files/directory.ts';
import { defaultFileLimits } from '../../files/limits.ts';
import type { Resource } from '../../resources/resource.ts';
import type { SourceContext } from '../context.ts';
import { readSource } from '../read.ts';

// What is judged is what helm reads: schemas, packages, and files that are none of the chart's.
const folder = temporaryFolders();
const location = { file: 'app/waybill.yaml', line: 4, column: 11 };
const configMap = (name: string, data = ''): string =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\n${data}`;
const chart = {
  'app/Chart.yaml': 'apiVersion: v2\nname: web\nversion: 1.2.3\n',
  'app/values.yaml': 'a: 1\nsub: {b: 2}\n',
  'app/templates/a.yaml': configMap('a'),
};

async function readFolder(root: string, path: string, more: Partial<SourceContext> = {}): Promise<Resource[]> {
  const context = await sourceContext(createDirectoryTree(root, defaultFileLimits), more);
  return readSource({ kind: 'helm', chart: { path, location }, valueFiles: [], values: {} }, context);
}

const read = (files: FolderContent, more: Partial<SourceContext> = {}): Promise<Resource[]> =>
  readFolder(folder(files), 'app', more);

/** A package as helm makes them, with names as they are given. */
async function packed(files: Record<string, string | Uint8Array>): Promise<Uint8Array> {
  const entries = Object.entries(files).map(([name, text]) => {
    const body = Buffer.from(text);
    return { header: { name, size: body.length, type: 'file' as const }, body };
  });
  return gzipSync(await packTar(entries));
}

const remote = 'http://127.0.0.1:9/x.json';
const schemas: [string, string, string][] = [
  ['a reference to a URL', `{"$ref": "${remote}"}`, `refers to ${remote}`],
  ['a reference to a file', '{"$ref": "file:///etc/passwd"}', 'refers to file:///etc/passwd'],
  ['a reference to a file beside it', '{"$ref": "other.json"}', 'refers to other.json'],
  ['a dynamic reference', `{"$dynamicRef": "${remote}"}`, `refers to ${remote}`],
  ['a recursive reference', `{"$recursiveRef": "${remote}"}`, `refers to ${remote}`],
  ['a draft of its own', `{"$schema": "${remote}"}`, `written in ${remote}`],
  ['a draft of its own further down', `{"$defs": {"a": {"$schema": "${remote}"}}}`, `written in ${remote}`],
  [
    'another draft further down',
    '{"$schema": "http://json-schema.org/draft-07/schema#", "definitions": {"a": {"$schema": "http://json-schema.org/draft-04/schema#"}}}',
    'written in http://json-schema.org/draft-04',
  ],
  ['a property of the name enum', `{"properties": {"enum": {"$ref": "${remote}"}}}`, `refers to ${remote}`],
  ['a definition of the name default', `{"$defs": {"default": {"$ref": "${remote}"}}}`, `refers to ${remote}`],
  [
    'data that a reference makes a schema',
    `{"properties": {"a": {"$ref": "#/properties/b/default"}, "b": {"default": {"$ref": "${remote}"}}}}`,
    `refers to ${remote}`,
  ],
  ['the same with an escape', `{"$ref": "#/%64efault", "default": {"$ref": "${remote}"}}`, `refers to ${remote}`],
  ['an unknown keyword', `{"$ref": "#/x-defs/a", "x-defs": {"a": {"$ref": "${remote}"}}}`, `refers to ${remote}`],
  ['an $id in a place that is data', `{"$ref": "${remote}", "default": {"$id": "${remote}"}}`, `refers to ${remote}`],
  [
    'an $id where the library does not look',
    `{"$ref": "${remote}", "x-defs": {"a": {"$id": "${remote}"}}}`,
    `refers to ${remote}`,
  ],
  [
    'an id of another draft',
    `{"$schema": "http://json-schema.org/draft-07/schema#", "$ref": "${remote}", "id": "${remote}"}`,
    `refers to ${remote}`,
  ],
  [
    '$defs of another draft',
    `{"$schema": "http://json-schema.org/draft-07/schema#", "allOf": [{"$ref": "${remote}"}], "$defs": {"a": {"$id": "${remote}"}}}`,
    `refers to ${remote}`,
  ],
  [
    'a relative reference below another $id',
    '{"$id": "a", "properties": {"p": {"$id": "http://127.0.0.1:9/b/", "properties": {"q": {"$ref": "a"}}}}}',
    'refers to a,',
  ],
  ['YAML in place of JSON', `$ref: ${remote}`, `refers to ${remote}`],
  ['a key twice', `{"$ref": "#", "$ref": "${remote}"}`, `refers to ${remote}`],
];

describe.each(schemas)('%s in a values.schema.json is refused', (_name, schema, message) => {
  it('in a chart, a subchart, packages, and packages in packages', async () => {
    const sub = { 'sub/Chart.yaml': 'apiVersion: v2\nname: sub\nversion: 1.0.0\n', 'sub/values.schema.json': schema };
    const inner = await packed(sub);
    const outer = await packed({ 'web/Chart.yaml': chart['app/Chart.yaml'], 'web/charts/sub-1.0.0.tgz': inner });
    const root = folder({ ...chart, 'app/values.schema.json': schema });
    mkdirSync(join(root, 'two/charts/sub/charts'), { recursive: true });
    writeFileSync(join(root, 'two/Chart.yaml'), chart['app/Chart.yaml']);
    writeFileSync(join(root, 'two/charts/sub.tgz'), inner);
    writeFileSync(join(root, 'three.tgz'), outer);
    for (const [path, file] of [
      ['app', 'app/values.schema.json'],
      ['two', 'two/charts/sub.tgz/values.schema.json'],
      ['three.tgz', 'three.tgz/charts/sub-1.0.0.tgz/values.schema.json'],
    ] as const) {
      const text = await failureText(readFolder(root, path, { binaries: { env: { WAYBILL_HELM: '/bin/false' } } }));
      expect(text).toContain('error[source-remote]');
      expect(text).toContain(file);
      expect(text).toContain(message);
    }
  });
});

describe.each([
  ['3', helm3Binary],
  ['4', helm4Binary],
])('helm %s', (_version, helmBinary) => {
  let more: Partial<SourceContext>;
  beforeAll(async () => {
    more = { binaries: { env: await programs({ WAYBILL_HELM: await helmBinary() }) } };
  });

  it.each([
    [
      'drafts',
      '{"$schema": "http://json-schema.org/schema#", "$ref": "https://json-schema.org/draft/2020-12/meta/core"}',
    ],
    [
      'draft 7',
      '{"$schema": "http://json-schema.org/draft-07/schema#", "definitions": {"n": {"type": "object"}}, "$ref": "#/definitions/n"}',
    ],
    [
      'what is data',
      `{"properties": {"x": {"enum": [{"$ref": "${remote}"}], "default": {"$id": "a"}, "examples": [{"$schema": "${remote}"}]}, "y": {"const": {"$dynamicRef": "${remote}"}}}}`,
    ],
    [
      'an $id of its own',
      '{"$id": "http://127.0.0.1:9/me", "$defs": {"a": {"$id": "http://127.0.0.1:9/a", "type": "integer"}}, "properties": {"a": {"$ref": "http://127.0.0.1:9/a"}, "c": {"$ref": "http://127.0.0.1:9/me"}}}',
    ],
    [
      'a relative $id',
      '{"$id": "me.json", "properties": {"c": {"$ref": "me.json#"}, "d": {"$ref": "#/properties/a"}, "a": {}}}',
    ],
    [
      'properties of the names of keywords',
      '{"properties": {"$ref": {"type": "string"}, "$schema": {}, "id": {"$ref": "#/properties/$schema"}}}',
    ],
  ])('takes a schema with %s', async (_name, schema) => {
    expect(listing(await read({ ...chart, 'app/values.schema.json': schema }, more))).toHaveLength(1);
  });

  it('judges values by the schema in a package', async () => {
    const root = folder({
      'web/Chart.yaml': chart['app/Chart.yaml'],
      'web/values.yaml': 'a: 1\n',
      'web/values.schema.json': '{"properties": {"a": {"type": "string"}}}',
      [`web/templates/${'long/'.repeat(40)}a.yaml`]: configMap('a'),
    });
    execFileSync(await helmBinary(), ['package', 'web'], { cwd: root });
    expect(await failureText(readFolder(root, 'web-1.2.3.tgz', more))).toContain(
      'error[binary-failed]: helm failed: values',
    );
    writeFileSync(join(root, 'web/values.yaml'), 'a: "1"\n');
    execFileSync(await helmBinary(), ['package', 'web'], { cwd: root });
    const resources = await readFolder(root, 'web-1.2.3.tgz', more);
    expect(listing(resources)).toEqual(['ConfigMap/a web-1.2.3.tgz']);
  });

  it('leaves a file alone that only has the name of a schema', async () => {
    const text = `{ "$ref":   "${remote}" }\n`;
    const files = {
      ...chart,
      'app/files/values.schema.json': text,
      'app/templates/a.yaml': configMap('a', 'data: {text: {{ .Files.Get "files/values.schema.json" | quote }}}\n'),
    };
    expect((await read(files, more))[0]?.body['data']).toEqual({ text });
  });

  it("sees no file of git, and none that is not the chart's", async () => {
    const root = folder({
      ...chart,
      'app/templates/files.yaml': configMap(
        'files',
        'data:\n  config: {{ .Files.Get ".git/config" | quote }}\n  all: {{ range $path, $_ := .Files.Glob "**" }}{{ $path }} {{ end }}\n',
      ),
      'app/own.txt': '',
      'app/.git/config': '[remote "origin"]\nurl = https://user:canary@git.example/a\n',
      'app/deeper/.GIT/config': 'canary',
    });
    const resources = await readFolder(root, 'app', more);
    const files = resources.find(({ body }) => JSON.stringify(body).includes('"files"'));
    expect(files?.body['data']).toEqual({ config: '', all: 'own.txt' });
  });
});

describe('dependencies where downloads are allowed', () => {
  const dependency = (repository: string, key = 'dependencies'): string =>
    `${key}:\n- {name: x, version: 1.0.0, repository: "${repository}"}\n- {name: y, version: 1.0.0, repository: "http://127.0.0.1:9"}\n`;
  const vendored = { 'app/charts/x/Chart.yaml': 'apiVersion: v2\nname: x\nversion: 1.0.0\n' };
  it.each<[string, FolderContent, string]>([
    [
      'an absolute file that seems to be vendored',
      { ...chart, ...vendored, 'app/Chart.yaml': `${chart['app/Chart.yaml']}${dependency('file:///etc')}` },
      'error[path-escapes]',
    ],
    [
      'a file outside the root in a lock',
      {
        ...chart,
        ...vendored,
        'app/Chart.yaml': `${chart['app/Chart.yaml']}${dependency('http://127.0.0.1:9')}`,
        'app/Chart.lock': dependency('file://../../../x'),
      },
      'app/Chart.lock:2:3: error[path-escapes]',
    ],
    [
      'keys in another case',
      { ...chart, 'app/Chart.yaml': `${chart['app/Chart.yaml']}${dependency('file:///etc', 'Dependencies')}` },
      `error[chart-key]: "Dependencies" is not helm's spelling of the key dependencies`,
    ],
    [
      'keys of a dependency in another case',
      {
        ...chart,
        'app/Chart.yaml': `${chart['app/Chart.yaml']}dependencies:\n- {name: x, Repository: "file:///etc"}\n`,
      },
      'error[chart-key]: "Repository"',
    ],
  ])('%s', async (_name, files, message) => {
    const context = await sourceContext(createDirectoryTree(folder(files), defaultFileLimits));
    const policy = { ...context.policy, remote: { kustomizeBases: false, helmDependencies: true } };
    const binaries = { env: { WAYBILL_HELM: '/bin/false' } };
    expect(await failureText(read(files, { policy, binaries }))).toContain(message);
  });
});
