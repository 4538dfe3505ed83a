import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readHandbackConfig } from '../../plugin/handback/config.ts';
import { generateFiles, patternNames } from '../../plugin/handback/generate.ts';
import { ask, textAt } from './oracle.ts';

// Everything a pattern may need, with GitHub Actions as CI.
const parts = `events: { repository: https://github.com/acme/deployment-events, secret: deployment-events }
jenkins: { url: https://jenkins.acme.dev, secret: jenkins-webhook }
`;
const base = readFileSync('examples/handback/commit-status/handback.yaml', 'utf8') + parts;
const variants: Record<string, string> = {
  'started by a deployment status': base,
  'started by a commit status': base.replace('appID:', 'startBy: status\n  appID:'),
};

describe.each(Object.entries(variants))('workflows %s', (_what, text) => {
  // Argo Events calls Jenkins only.
  it.each(patternNames.filter((name) => name !== 'argo-events'))(
    'of %s are right in the eyes of actionlint',
    async (pattern) => {
      const files = generateFiles(pattern, readHandbackConfig(text, 'handback.yaml'));
      for (const { path, text: workflow } of files.filter((one) => one.path.includes('.github/workflows/'))) {
        expect(await ask({ op: 'actionlint', name: path, text: workflow })).toMatchObject({ problems: [] });
      }
    },
  );
});

describe('actionlint', () => {
  it('finds a mistake', async () => {
    const text =
      'on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n    - run: echo ${{ github.evnt.action }}\n';
    expect(textAt(await ask({ op: 'actionlint', name: 'a.yml', text }), ['problems', 0])).toContain('evnt');
  });
});
