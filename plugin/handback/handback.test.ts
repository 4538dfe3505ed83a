import { describe, expect, it } from 'vitest';
import { Failure } from '../diagnostics/failure.ts';
import { compare, standards } from './compare.ts';
import { readHandbackConfig } from './config.ts';
import { generateFiles, patternNames } from './generate.ts';

const head = `apiVersion: waybill.dev/v1
kind: Handback
ci: github-actions
image: waybill:1
`;
const applications = `applications:
  - name: web
    namespace: shop
    sourceRepository: https://github.com/acme/web
    environments: [production]
    test: ./test.sh
`;

function problems(text: string, pattern = ''): string[] {
  try {
    generateFiles(pattern, readHandbackConfig(text, 'handback.yaml'));
    return [];
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return error.diagnostics.map(
      ({ code, message, location }) => `${location?.line}:${location?.column} ${code}: ${message}`,
    );
  }
}

describe('a mistake in handback.yaml', () => {
  it.each([
    ['', ['1:undefined handback-config: the file is empty']],
    [`${head}${applications}argocd: { ulr: https://a.dev }\n`, ['11:11 handback-config: unknown key "ulr" in argocd']],
    [
      `${head.replace('github-actions', 'github')}applications: []\n`,
      [
        '3:5 handback-config: ci is "github"; expected github-actions, gitlab, jenkins, tekton, circleci or azure-pipelines',
        '5:15 handback-config: applications is an empty list; expected at least one item',
      ],
    ],
    [
      `${head}${applications}${applications.replace('applications:\n', '')}`,
      ['11:11 handback-config: there are two applications web'],
    ],
  ])('%#', (text, expected) => {
    expect(problems(text)).toEqual(expected);
  });

  it.each([
    ['argo-events', 'jenkins'],
    ['webhook', 'webhook'],
    ['event-files', 'events'],
    ['three-repositories', 'events'],
    ['commit-status', 'argocd'],
  ])('%s says that it needs %s', (pattern, key) => {
    expect(problems(head + applications, pattern)).toEqual([
      `1:1 handback-missing: the pattern ${pattern} needs ${key}`,
    ]);
  });
});

describe('compare', () => {
  const best = (needs: Parameters<typeof compare>[0]) => compare(needs).recommended?.pattern.name;

  it('recommends commit statuses when nothing is special', () => {
    expect(best({ weights: {} })).toBe('commit-status');
  });

  it('recommends another pattern to whom a history is worth the effort', () => {
    expect(best({ weights: { audit: 'high', effort: 'low', latency: 'low' } })).toBe('three-repositories');
  });

  it.each(standards)('recommends nothing that %s excludes', (standard) => {
    const { judged, recommended, why } = compare({ weights: {}, standard });
    expect(recommended?.excluded).toEqual([]);
    expect(judged.flatMap(({ excluded }) => excluded).length).toBeGreaterThan(0);
    expect(why.length).toBeGreaterThan(1);
  });

  it.each(['financial', 'government'] as const)('%s wants a history and no path into CI', (standard) => {
    const left = compare({ weights: {}, standard }).judged.filter(({ excluded }) => excluded.length === 0);
    expect(left.map(({ pattern }) => pattern.name).toSorted()).toEqual(['event-files', 'three-repositories']);
  });

  it('judges every pattern', () => {
    const names = compare({ weights: {} }).judged.map(({ pattern }) => pattern.name);
    expect(names.toSorted()).toEqual(patternNames.toSorted());
  });
});
