import { describe, expect, it } from 'vitest';
import { valueAt } from '../resources/pointer.ts';
import type { Resource } from '../resources/resource.ts';
import { addHooks } from './hook.ts';

const location = { file: 'waybill.yaml' };
const name = `waybill.acme.shop.production.shop.${'a'.repeat(40)}`;
const record: Resource = { origin: { location }, body: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name } } };
const other: Resource = {
  origin: { location },
  body: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'x' } },
};
const events = {
  repository: 'https://git.acme.dev/events',
  branch: 'main',
  image: 'waybill:1',
  secret: 'events',
  location: { file: 'waybill.yaml', line: 7 },
};
const context = { events, application: 'shop', namespace: 'shop', location };

describe('addHooks', () => {
  it('passes the resources when no events are asked for', () => {
    const resources = [record, other];
    expect(addHooks(resources, { ...context, events: undefined })).toBe(resources);
  });

  it('adds a Job for what follows a sync and one for a failed sync, each with the records mounted', () => {
    const [first, second, complete, failed] = addHooks([record, other], context).map(({ body }) => body);
    expect([first, second]).toEqual([record.body, other.body]);
    expect(complete).toMatchObject({
      kind: 'Job',
      metadata: {
        name: 'waybill-deployment-complete-shop',
        namespace: 'shop',
        annotations: { 'argocd.argoproj.io/hook': 'PostSync' },
      },
    });
    expect(failed).toMatchObject({ metadata: { annotations: { 'argocd.argoproj.io/hook': 'SyncFail' } } });
    const pod = valueAt(complete, ['spec', 'template', 'spec']);
    expect(valueAt(pod, ['volumes', 1, 'projected', 'sources'])).toEqual([
      { configMap: { name, items: [{ key: 'deployment.json', path: `${name}/deployment.json` }] } },
    ]);
    expect(valueAt(pod, ['automountServiceAccountToken'])).toBe(false);
    expect(
      valueAt(failed, ['spec', 'template', 'spec', 'volumes', 1, 'projected', 'sources', 0, 'configMap', 'optional']),
    ).toBe(true);
  });

  it.each([
    ['https://git.acme.dev/events', 'GIT_CONFIG_KEY_0', 'http.https://git.acme.dev/events.extraHeader', 0],
    ['git@git.acme.dev:acme/events.git', 'GIT_SSH_COMMAND', expect.stringContaining('/ssh-privatekey'), 1],
    ['ssh://git@git.acme.dev:7999/acme/events', 'GIT_SSH_COMMAND', expect.stringContaining('/known_hosts'), 1],
  ])('gives git the credentials that %s takes', (repository, name, value: unknown, mounts) => {
    const [, complete] = addHooks([record], { ...context, events: { ...events, repository } }).map(({ body }) => body);
    const pod = valueAt(complete, ['spec', 'template', 'spec']);
    expect(valueAt(pod, ['containers', 0, 'env'])).toContainEqual({ name, value });
    const secret = { name: 'git', secret: { secretName: 'events', defaultMode: 288 } };
    expect(valueAt(pod, ['volumes'])).toEqual(
      mounts === 0 ? expect.not.arrayContaining([secret]) : expect.arrayContaining([secret]),
    );
    expect(valueAt(pod, ['securityContext'])).toMatchObject(mounts === 0 ? { runAsUser: 999 } : { fsGroup: 999 });
  });

  it('refuses to promise events where no record says what is deployed', () => {
    expect(() => addHooks([other], context)).toThrow('hook-no-record');
  });
});
