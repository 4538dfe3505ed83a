import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { JsonObject } from '../resources/json.ts';
import type { Resource } from '../resources/resource.ts';
import { outputFiles, writeOutputDirectory } from './files.ts';
import { writeResources } from './stream.ts';

function resource(
  kind: string,
  name: string,
  more: { apiVersion?: string; namespace?: string; data?: JsonObject } = {},
): Resource {
  const { apiVersion = 'v1', namespace, data } = more;
  const metadata = { name, ...(namespace ? { namespace } : {}) };
  return { body: { apiVersion, kind, metadata, ...(data ? { data } : {}) }, origin: { location: { file: 'a.yaml' } } };
}

const two = [resource('ConfigMap', 'a', { data: { z: 'yes', a: '2' } }), resource('Service', 'b')];

describe('writeResources', () => {
  it.each<['yaml' | 'json', string]>([
    [
      'yaml',
      `apiVersion: v1
kind: ConfigMap
metadata:
  name: a
data:
  z: "yes"
  a: "2"
---
apiVersion: v1
kind: Service
metadata:
  name: b
`,
    ],
    [
      'json',
      `{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a"},"data":{"z":"yes","a":"2"}}
{"apiVersion":"v1","kind":"Service","metadata":{"name":"b"}}
`,
    ],
  ])('%s', (format, text) => {
    expect(writeResources(two, format)).toBe(text);
    expect(writeResources([], format)).toBe('');
  });
});

describe('outputFiles', () => {
  it('names files by what they hold, safely and each once', () => {
    const resources = [
      resource('Service', 'a'),
      resource('Service', 'a', { apiVersion: 'serving.knative.dev/v1' }),
      resource('Service', 'a', { namespace: 'x' }),
      resource('Role', 'system:node/../../etc'),
      resource('Role', '../../etc/passwd'),
      resource('Service', 'A'),
      resource('ConfigMap', 'c'.repeat(253)),
      resource('', ''),
    ];
    expect([...outputFiles(resources, 'yaml').keys()]).toEqual([
      'service.a.yaml',
      'service.serving.knative.dev.a.yaml',
      'x.service.a.yaml',
      'role.system-node-..-..-etc.yaml',
      'role.--..-etc-passwd.yaml',
      'service.a.2.yaml',
      `configmap.${'c'.repeat(100)}.yaml`,
      '.yaml',
    ]);
  });
});

describe('writeOutputDirectory', () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'waybill-output-'));
  });
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  it('writes, rewrites and removes its own files alone', async () => {
    const out = join(directory, 'new/out');
    expect(await writeOutputDirectory(two, 'yaml', out)).toEqual(['configmap.a.yaml', 'service.b.yaml']);
    writeFileSync(join(out, 'README.md'), 'mine');
    await writeOutputDirectory([resource('Service', 'c')], 'yaml', out);
    expect(readdirSync(out).sort()).toEqual(['.waybill-output', 'README.md', 'service.c.yaml']);
    expect(readFileSync(join(out, 'service.c.yaml'), 'utf8')).toBe(writeResources([resource('Service', 'c')], 'yaml'));
  });

  it('removes what a killed run left, and nothing that only looks like it', async () => {
    const out = join(directory, 'out');
    await writeOutputDirectory(two, 'yaml', out);
    writeFileSync(join(out, '.waybill-0b6f3e9c-6d0f-4c55-9d3e-0f2a7a1f7b11.part'), 'half');
    writeFileSync(join(out, '.waybill-mine.part'), 'mine');
    await writeOutputDirectory(two, 'yaml', out);
    expect(readdirSync(out).sort()).toEqual([
      '.waybill-mine.part',
      '.waybill-output',
      'configmap.a.yaml',
      'service.b.yaml',
    ]);
  });

  it("refuses a directory that holds somebody else's files", async () => {
    writeFileSync(join(directory, 'deployment.yaml'), 'mine');
    await expect(writeOutputDirectory(two, 'yaml', directory)).rejects.toThrow(
      'holds files that waybill did not write',
    );
    expect(readdirSync(directory)).toEqual(['deployment.yaml']);
  });

  it('follows no link out of the directory, and removes nothing outside it', async () => {
    const out = join(directory, 'out');
    writeFileSync(join(directory, 'victim.yaml'), 'mine');
    await writeOutputDirectory(two, 'yaml', out);
    rmSync(join(out, 'service.b.yaml'));
    symlinkSync(join(directory, 'victim.yaml'), join(out, 'service.b.yaml'));
    writeFileSync(join(out, '.waybill-output'), '../victim.yaml\nservice.b.yaml\n');
    await writeOutputDirectory(two, 'yaml', out);
    expect(readFileSync(join(directory, 'victim.yaml'), 'utf8')).toBe('mine');
    expect(readFileSync(join(out, 'service.b.yaml'), 'utf8')).toContain('kind: Service');
  });
});
