/**
 * Applications of recordings under other names, as if several had been recorded.
 */
import { recordName } from '../../plugin/record/name.ts';
import { loadRecording } from '../conformance/recordings.ts';

/** A record's name without the commit at its end. */
function prefix(application: string, environment: string): string {
  const commit = '0'.repeat(40);
  return recordName({ owner: 'acme', repository: 'web', environment, application, commit }).slice(0, -commit.length);
}

/** The Application of a recording at its end, with another name and environment. */
export function recorded(recording: string, name: string, environment: string): object {
  const { application } = loadRecording(recording).findLast(({ type }) => type === 'PUT') ?? { application: {} };
  const text = JSON.stringify(application);
  const old = /"kind":"Application","metadata":\{.*?"name":"([a-z0-9-]+)"/u.exec(text)?.[1] ?? '';
  const renamed = text.replaceAll(prefix(old, 'staging'), prefix(name.replace(`-${environment}`, ''), environment));
  const object: unknown = JSON.parse(renamed);
  if (typeof object !== 'object' || object === null || !('metadata' in object))
    throw new Error(`${recording} is empty`);
  const metadata = { name, namespace: 'argocd', resourceVersion: '1' };
  return Object.assign(object, { metadata: Object.assign({}, object.metadata, metadata) });
}
