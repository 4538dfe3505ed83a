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
const events = { repository: 'https://git.acme.dev/events', branch: 'main', image: 'waybill:1', secret: 'events' };
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

  it('refuses to promise events where no record says what is deployed', () => {
    expect(() => addHooks([other], context)).toThrow('hook-no-record');
  });
});
