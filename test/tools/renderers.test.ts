import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { helm3Binary, helm4Binary, kustomizeBinary } from './renderers.mjs';

// The tests of sources say what they were run against: these are the versions of the pinned builds.
describe('pinned renderers', () => {
  it.each([
    ['kustomize', kustomizeBinary, ['version'], 'v5.8.1'],
    ['helm 3', helm3Binary, ['version', '--template', '{{.Version}}'], 'v3.22.0'],
    ['helm 4', helm4Binary, ['version', '--template', '{{.Version}}'], 'v4.3.1'],
  ])('%s names its version', async (_name, binary, args, version) => {
    expect(execFileSync(await binary(), args, { encoding: 'utf8' }).trim()).toBe(version);
  });
});
