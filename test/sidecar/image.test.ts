import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, readFileSync, symlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Copy, DockerfileParser } from 'dockerfile-ast';
import { validate } from 'dockerfile-utils';
import { describe, expect, it } from 'vitest';
import { temporaryFolders } from '../tools/folder.ts';
import { renderers } from '../tools/renderers.mjs';

const folder = temporaryFolders();
const text = readFileSync('sidecar/Dockerfile', 'utf8');
const instructions = DockerfileParser.parse(text).getInstructions();
const all = (keyword: string): string[] =>
  instructions.filter((one) => one.getKeyword() === keyword).map((one) => one.getArgumentsContent() ?? '');

/** Sources of COPY out of the build context, not out of another stage. */
const copied = instructions
  .filter((one) => one instanceof Copy && !one.getFlags().some((flag) => flag.getName() === 'from'))
  .flatMap((one) => (one.getArgumentsContent() ?? '').split(/\s+/u).slice(0, -1));

describe('the Dockerfile', () => {
  it('is valid', () => {
    expect(validate(text)).toEqual([]);
  });

  it('pins every base image by digest', () => {
    const bases = all('FROM');
    expect(bases).toHaveLength(3);
    for (const base of bases) expect(base).toMatch(/^\w+:[\w.-]+@sha256:[0-9a-f]{64}(?: AS \w+)?$/u);
    expect(bases.at(-1)).toContain('node:24.');
  });

  it('builds the helm and the kustomize that the tests run', () => {
    const builds = all('RUN').filter((args) => args.startsWith('["go"'));
    for (const { package: source, ldflags } of [renderers.helm4, renderers.kustomize]) {
      expect(
        builds.filter((args) => args.includes(JSON.stringify(source)) && args.includes(JSON.stringify(ldflags))),
      ).toHaveLength(1);
    }
    expect(builds.filter((args) => args.includes('"confine"') && args.includes('"-s -w"'))).toHaveLength(1);
    expect(builds).toHaveLength(3);
  });

  it('copies files that exist and that the build context has', () => {
    const [everything, ...kept] = readFileSync('sidecar/Dockerfile.dockerignore', 'utf8').trim().split('\n');
    expect(everything).toBe('*');
    const context = kept.map((line) => line.replace(/^!/u, ''));
    expect(copied.length).toBeGreaterThan(5);
    for (const source of copied) {
      expect(existsSync(source), source).toBe(true);
      expect(
        context.filter((path) => source === path || source.startsWith(`${path}/`)),
        source,
      ).toHaveLength(1);
    }
  });

  it('copies all that the bundle is made of', () => {
    const root = folder({});
    for (const source of ['package.json', 'tsconfig.json', 'tools', 'plugin', 'page']) {
      expect(copied).toContain(source);
      cpSync(source, join(root, source), { recursive: true });
    }
    symlinkSync(resolve('node_modules'), join(root, 'node_modules'));
    execFileSync(process.execPath, ['tools/bundle.mjs'], { cwd: root, stdio: 'pipe' });
    const help = execFileSync(process.execPath, ['dist/waybill.cjs', '--help'], { cwd: root, encoding: 'utf8' });
    expect(help).toContain('Usage: waybill');
  });

  it('runs as the user that Argo CD asks for, from the place where argocd-cmp-server looks', () => {
    expect(all('USER')).toEqual(['999:999']);
    expect(all('ENTRYPOINT')).toEqual([
      '["/usr/local/bin/waybill-confine", "--report", "--", "/usr/local/bin/waybill", "serve"]',
    ]);
    expect(
      all('COPY').filter((args) => args.endsWith('sidecar/plugin.yaml /home/argocd/cmp-server/config/plugin.yaml')),
    ).toHaveLength(1);
  });
});
