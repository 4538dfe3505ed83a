/**
 * Holds what the real kustomize or helm gives against the records that belong to the lock: Argo CD reports what comes out
 * of the files, so the record has to come out once, under its name, and speak of the images that come out.
 */
import type { Location } from '../diagnostics/diagnostic.ts';
import { attemptAll, failure } from '../diagnostics/failure.ts';
import type { FileTree } from '../files/tree.ts';
import { isRecordManifest, readRecord } from '../record/manifest.ts';
import { type RecordFields, parseRecordName } from '../record/name.ts';
import { parseRepository } from '../record/repository.ts';
import { equals, getKey, isObject, type Json } from '../resources/json.ts';
import { identify, type Resource } from '../resources/resource.ts';
import { openKustomization } from '../sources/kustomize/kustomization.ts';
import type { NativeState, Rendered } from './records.ts';

/** What is held against what. */
export interface NativeCheck extends NativeState {
  readonly tree: FileTree;
  /** The destination's namespace, where it is known besides waybill.yaml. */
  readonly namespace: string | undefined;
  /** The records that an extra source of the Application gives. */
  readonly apart: readonly Resource[];
}

/** How a mistake is put right by one command. */
function again({ environment }: NativeState): string {
  return `Update it: waybill record -e ${environment.name ?? 'ENVIRONMENT'} --write.`;
}

function nameOf({ body }: Resource): string {
  return identify(body).name;
}

function dataOf({ body }: Resource): Json {
  return getKey(body, 'data') ?? null;
}

/** What a record is of, by its content: a name may have been changed. */
function fieldsOf(resource: Resource): RecordFields | undefined {
  const record = readRecord(resource.body);
  const repository = record && parseRepository(record.source.repository);
  if (!record || !repository) return parseRecordName(nameOf(resource));
  return {
    owner: repository.owner.toLowerCase(),
    repository: repository.name.toLowerCase(),
    environment: record.environment.toLowerCase(),
    application: record.application.toLowerCase(),
    commit: record.source.commit,
  };
}

function sameSubject(a: RecordFields | undefined, b: RecordFields | undefined): boolean {
  if (!a || !b) return false;
  return (['owner', 'repository', 'environment', 'application'] as const).every((key) => a[key] === b[key]);
}

function recordLocation({ environment, tree }: NativeCheck): Location | undefined {
  const { native } = environment;
  if (native?.record === undefined) return undefined;
  return tree.kind(native.record.path) === 'file' ? { file: native.record.path } : native.record.location;
}

/** The key of the kustomization that changes names; else the file of the record. */
function renamedBy(check: NativeCheck): Location | undefined {
  const { source } = check.environment;
  if (source.kind !== 'kustomize') return recordLocation(check);
  const { document } = openKustomization(source.directory, check.tree);
  const key = ['namePrefix', 'nameSuffix'].find(
    (one) => isObject(document.value) && getKey(document.value, one) !== undefined,
  );
  return key === undefined ? recordLocation(check) : document.locate([key], 'key');
}

function checkOne(expected: Resource, found: readonly Resource[], check: NativeCheck): void {
  const name = nameOf(expected);
  const location = recordLocation(check);
  const [same, second] = found.filter((one) => nameOf(one) === name);
  if (second) {
    throw failure('record-twice', `the record ${name} is rendered more than once`, {
      location,
      help: ['Argo CD would take the last one. Leave the file of the record as the only one that holds it.'],
    });
  }
  if (same) {
    if (equals(dataOf(same), dataOf(expected))) return;
    throw failure('record-stale', `the record ${name} differs from the lock`, {
      location,
      help: [again(check)],
    });
  }
  const renamed = found.find((one) => equals(dataOf(one), dataOf(expected)));
  if (renamed) {
    throw failure(
      'record-renamed',
      `the record is rendered as ${nameOf(renamed)}, a name that notifications do not read`,
      {
        location: renamedBy(check),
        help: [
          `Its name must stay ${name}: no namePrefix, nameSuffix or hash.`,
          'Or put it outside the kustomization, as an extra source of the Application: record: records/{{ environment }}.yaml.',
        ],
      },
    );
  }
  const subject = fieldsOf(expected);
  const other = found.find((one) => sameSubject(fieldsOf(one), subject));
  const commit = other && fieldsOf(other)?.commit;
  if (commit !== undefined && commit !== subject?.commit) {
    throw failure(
      'record-stale',
      `the record names commit ${commit.slice(0, 12)}, the lock ${subject?.commit.slice(0, 12)}`,
      {
        location,
        help: [again(check)],
      },
    );
  }
  throw failure('record-missing', `nothing renders the record ${name}`, {
    location,
    help: [again(check), 'A kustomization lists it in resources; a chart has it in templates/.'],
  });
}

/** A record that is not of this application and environment, or is left from a repository that the lock no longer has. */
function checkForeign(
  found: Resource,
  all: readonly Resource[],
  expected: readonly Resource[],
  check: NativeCheck,
): void {
  const { environment } = check;
  const fields = fieldsOf(found);
  if (expected.some((one) => nameOf(one) === nameOf(found))) return;
  const location = recordLocation(check) ?? found.origin.location;
  const own = expected.find((one) => sameSubject(fieldsOf(one), fields));
  if (own) {
    // Without the right one beside it, that is said already.
    if (!all.some((one) => nameOf(one) === nameOf(own))) return;
    throw failure(
      'record-twice',
      `besides the record of ${environment.name ?? 'the environment'} the source renders ${nameOf(found)}`,
      {
        location: found.origin.location ?? location,
        help: ['Argo CD would report to both commits. Remove the file with the older record.'],
      },
    );
  }
  const [application, reported] = [environment.app.name, environment.reportAs ?? ''];
  if (fields && fields.application !== application.toLowerCase()) {
    throw failure(
      'record-foreign',
      `the record ${nameOf(found)} is of the application ${fields.application}, not of ${application}`,
      {
        location,
        help: ["record.application in waybill.yaml is the name that Argo CD's Application has.", again(check)],
      },
    );
  }
  if (fields && fields.environment !== reported.toLowerCase()) {
    throw failure(
      'record-foreign',
      `the record ${nameOf(found)} is of the environment ${fields.environment}, not of ${reported}`,
      {
        location,
        help: [
          'Each environment renders its own record alone. In a chart that all render, write it below templates/.',
          again(check),
        ],
      },
    );
  }
  throw failure('record-stale', `the lock has no entry for the record ${nameOf(found)}`, {
    location,
    help: [again(check)],
  });
}

/** The images: what the record says must be what runs. */
function checkImages({ images }: Rendered, check: NativeCheck): void {
  const differing = images.filter(({ written, reference }) => written !== reference);
  const seen = new Set<string>();
  attemptAll(differing, ({ written, reference, cause, origin }) => {
    const key = `${written} ${reference}`;
    if (seen.has(key)) return;
    seen.add(key);
    throw failure('record-image', `${written} is in the rendered files, but the lock has ${reference}`, {
      location: origin.location,
      help: [
        ...(cause?.location ? [`The lock's entry: ${cause.location.file}:${cause.location.line ?? 1}.`] : []),
        `Bring the files to the lock: waybill record -e ${check.environment.name ?? 'ENVIRONMENT'} --write.`,
      ],
    });
  });
}

function namespaceOf(resource: Resource): string {
  return identify(resource.body).namespace;
}

/** Argo CD puts what has no namespace into the destination's. */
function checkNamespace(records: readonly Resource[], { resources }: Rendered, check: NativeCheck): void {
  const known = [check.environment.namespace, check.namespace, ...resources.filter(isOther).map(namespaceOf)];
  const allowed = new Set(known.filter((one) => one !== undefined && one !== ''));
  attemptAll(records, (record) => {
    const namespace = namespaceOf(record);
    if (namespace === '' || allowed.size === 0 || allowed.has(namespace)) return;
    throw failure(
      'record-elsewhere',
      `the record is rendered into the namespace ${namespace}, which has no other resources`,
      {
        location: recordLocation(check),
        help: [`Namespaces of the application: ${[...allowed].join(', ')}.`, again(check)],
      },
    );
  });
}

function isOther({ body }: Resource): boolean {
  return !isRecordManifest(body);
}

/**
 * Passes when the files give what the lock says, and each of its records once.
 * @throws Failure `record-…`, all at once
 */
export function checkNativeState(check: NativeCheck): void {
  const { records, apart } = check;
  // Nothing was rendered: the records stand for themselves.
  const rendered = check.rendered ?? { resources: [], images: [] };
  const found = [...rendered.resources.filter((one) => !isOther(one)), ...apart];
  attemptAll(
    [
      ...records.map((one) => () => checkOne(one, found, check)),
      ...found.map((one) => () => checkForeign(one, found, records, check)),
      () => checkImages(rendered, check),
      () => checkNamespace(found, rendered, check),
    ],
    (work) => work(),
  );
}
