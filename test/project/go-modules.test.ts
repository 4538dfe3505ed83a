import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { renderers } from '../tools/renderers.mjs';

/** The version of a module that the go.mod of `folder` requires. */
function required(folder: string, module: string): string | undefined {
  const line = readFileSync(`${folder}/go.mod`, 'utf8')
    .split('\n')
    .find((candidate) => candidate.trim().startsWith(`${module} `));
  return line?.trim().split(/\s+/)[1];
}

/** The files below the product's Go folders whose names end so. */
function files(end: string): string[] {
  return ['engine', 'sidecar'].flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith(end))
      .map((file) => join(folder, file)),
  );
}

describe('the Go modules', () => {
  test("of the product are named after their folders: none is a module of the tests'", () => {
    const modules = files('go.mod').sort();
    expect(modules).toEqual([
      'engine/go.mod',
      'sidecar/confine/go.mod',
      'sidecar/tools/helm/go.mod',
      'sidecar/tools/kustomize/go.mod',
    ]);
    for (const file of modules) {
      expect(/^module (\S+)$/m.exec(readFileSync(file, 'utf8'))?.[1]).toBe(`waybill.dev/${dirname(file)}`);
    }
  });

  test('of the product import nothing of the tests', () => {
    const sources = files('.go');
    expect(sources.length).toBeGreaterThan(10);
    expect(sources.filter((file) => readFileSync(file, 'utf8').includes('waybill.dev/test'))).toEqual([]);
  });

  test('with Argo CD inside have the same Argo CD', () => {
    const version = required('engine', 'github.com/argoproj/argo-cd/v3');
    expect(version).toMatch(/^v3\./);
    expect(required('test/argocd', 'github.com/argoproj/argo-cd/v3')).toBe(version);
  });

  test('that tests render with and the sidecar has are the same', () => {
    expect(renderers.helm4.folder).toBe('sidecar/tools/helm');
    expect(renderers.kustomize.folder).toBe('sidecar/tools/kustomize');
    for (const { folder } of Object.values(renderers)) expect(existsSync(`${folder}/go.sum`)).toBe(true);
  });
});
