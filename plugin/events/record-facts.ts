/**
 * The facts of a deployment out of its record, as a Job finds them: `deployment.json`, mounted from the ConfigMap.
 */
import type { DeploymentRecord } from '../schemas/record.generated.ts';
import { validate } from '../schemas/record.validate.generated.js';
import { schemaProblems } from '../schemas/problems.ts';
import { failure } from '../diagnostics/failure.ts';
import type { EventFacts } from './event.ts';

/** The text of a record's `deployment.json` as its type. `name` is what messages call it. Failure `event-record`. */
export function parseRecord(text: string, name: string): DeploymentRecord {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw failure('event-record', `the record is not JSON: ${error instanceof Error ? error.message : String(error)}`, {
      location: { file: name },
    });
  }
  if (validate(value)) return value;
  const [problem] = schemaProblems(validate.errors ?? [], null, () => ({ file: name }), 'event-record');
  throw failure('event-record', `the record is not one that waybill wrote: ${problem?.message ?? 'unknown reason'}`, {
    location: { file: name },
  });
}

/** What an event says of a recorded deployment; its images joined by a space, with ref and run of the first. */
export function factsOfRecord(record: DeploymentRecord): Omit<EventFacts, 'type'> {
  const [first] = record.images;
  const details = Object.entries({ ref: first?.ref, run: first?.run, version: first?.version });
  return {
    application: record.application,
    environment: record.environment,
    sourceRepository: record.source.repository,
    sourceCommit: record.source.commit,
    image: record.images.map((image) => image.reference).join(' '),
    details: Object.fromEntries(details.flatMap(([key, value]) => (value === undefined ? [] : [[key, value]]))),
  };
}
