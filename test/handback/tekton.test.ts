/**
 * The generated Tekton objects in the eyes of Tekton's own code: types, validation, interceptors with their secrets,
 * bindings and templates.
 */
import { describe, expect, it } from 'vitest';
import { readHandbackConfig } from '../../plugin/handback/config.ts';
import { generateFiles, patternNames } from '../../plugin/handback/generate.ts';
import { isArray } from '../../plugin/resources/json.ts';
import { valueAt } from '../../plugin/resources/pointer.ts';
import { configuration, filesFor, sites } from './configurations.ts';
import { list, textAt } from './oracle.ts';
import { senderNames, senders, type Sent } from './senders.ts';
import { askTekton, tektonObjects } from './tekton-oracle.ts';

const secret = 'a shared secret';
const commit = '8f3c0e7b6a5d4c3b2a190f8e7d6c5b4a39281706';

describe('Tekton', () => {
  // Argo Events calls Jenkins only.
  it.each(patternNames.filter((name) => name !== 'argo-events'))('takes the objects of %s', async (pattern) => {
    const text = configuration('tekton', sites.GitLab, 'scan: "true"').concat(sites['Argo CD'].block, '\n');
    const made = tektonObjects(generateFiles(pattern, readHandbackConfig(text, 'handback.yaml')));
    const { kinds } = await askTekton(made, [], secret);
    expect(kinds).toEqual(expect.arrayContaining(['Task']));
  });

  it.each(senderNames)(
    '%s: a deployment starts its tests with the facts, other requests start nothing',
    async (name) => {
      const statusRequest = { application: 'user-service', environment: 'staging', commit, success: true };
      const send = senders[name];
      const wrong: Sent[] = [
        send({ ...statusRequest, success: false }, secret),
        send({ ...statusRequest, environment: 'preview/1' }, secret),
        send(statusRequest, 'guessed'),
        { ...send(statusRequest, secret), header: { 'X-GitHub-Event': 'push' } },
      ];
      const made = tektonObjects(filesFor('tekton', name));
      const answer = await askTekton(made, [send(statusRequest, secret), ...wrong], secret);
      const [run, ...others] = list(answer, 'runs');
      expect(run).not.toHaveProperty('stopped');
      const resource = valueAt(run, ['resources', 0]);
      expect(textAt(resource, ['spec', 'taskRef', 'name'])).toBe('waybill-test-user-service');
      const params = valueAt(resource, ['spec', 'params']);
      const facts = Object.fromEntries(
        (isArray(params) ? params : []).map((one) => [textAt(one, ['name']), textAt(one, ['value'])]),
      );
      expect(facts['source-commit']?.split('/').at(-1)).toBe(commit);
      expect(facts['environment'] ?? facts['context']).toMatch(/(^|\/)staging$/u);
      expect(others.map((one) => textAt(one, ['stopped']).split(':')[0])).toHaveLength(4);
      for (const one of others) expect(textAt(one, ['stopped'])).toMatch(/^(cel|github|gitlab|bitbucket): ./u);
    },
  );

  it('refuses what is no field of its types', async () => {
    const task = tektonObjects(filesFor('tekton', 'GitLab')).find((one) => one['kind'] === 'Task');
    await expect(askTekton([{ ...task, spec: { stepz: [] } }], [], secret)).rejects.toThrow('stepz');
  });
});
