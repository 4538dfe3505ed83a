/**
 * For whom the application speaks: every source repository that is named for it must be one that the policy's
 * `sourceRepositories` gives its project, whoever names it. Notifications, events and gates believe a record's name, so
 * a ConfigMap that reads as a record counts as one, whichever tool made it and whatever its labels say.
 */
import type { DeclaredImage } from '../config/environment.ts';
import type { Location } from '../diagnostics/diagnostic.ts';
import { attemptAll, failure } from '../diagnostics/failure.ts';
import type { ResolvedImage } from '../images/resolve.ts';
import type { ImageLock } from '../lock/lock.ts';
import { type Policy, policySource } from '../policy/policy.ts';
import {
  isSpeakable,
  isSpeakableOnAnyHost,
  mayNotSpeak,
  speakableRepositories,
  type Speaker,
} from '../policy/speakers.ts';
import { parseRecordName, type RecordFields } from '../record/name.ts';
import { isRepositoryName, parseRepository, repositoryId, withoutCredentials } from '../record/repository.ts';
import { getKey, isObject, type JsonObject } from '../resources/json.ts';
import { identify, type Resource, shortName } from '../resources/resource.ts';

/** What the rule needs to know. */
export interface SpeakerContext {
  readonly policy: Policy;
  readonly speaker: Speaker;
  readonly lock: ImageLock | undefined;
  /** `images` of waybill.yaml. */
  readonly declared: readonly DeclaredImage[];
  readonly resolved: readonly ResolvedImage[];
  /** The records that this render made, of the sources of {@link resolved}. */
  readonly made: ReadonlySet<Resource>;
}

/** Everybody who names a source repository, with the place; the first place of each repository. */
function named({ lock, declared, resolved }: SpeakerContext): ReadonlyMap<string, () => Location | undefined> {
  const places = new Map<string, () => Location | undefined>();
  const add = (written: string | undefined, locate: () => Location | undefined): void => {
    // The lock has what an author wrote, the images stage what may be shown.
    const repository = written === undefined ? undefined : withoutCredentials(written);
    if (repository !== undefined && !places.has(repository)) places.set(repository, locate);
  };
  for (const image of lock?.images ?? []) add(image.source?.repository, () => image.locate('source'));
  for (const image of declared) add(image.sourceRepository, () => image.location);
  for (const image of resolved) {
    add(image.source?.repository, () => image.declared?.location ?? image.cause?.location ?? image.origin.location);
  }
  return places;
}

function checkNamed(context: SpeakerContext, patterns: readonly string[]): void {
  attemptAll(named(context), ([url, locate]) => {
    const repository = parseRepository(url);
    if (repository && isSpeakable(patterns, repositoryId(repository))) return;
    throw mayNotSpeak(url, { ...context, location: locate() });
  });
}

/**
 * Whether those who read the names of an Application's resources (notification-templates) would take one for a record,
 * or could be made to: they look at neither its group nor its labels.
 */
function readsAsRecord(body: JsonObject): boolean {
  const { kind, name } = identify(body);
  return kind.toLowerCase() === 'configmap' && /^\s*waybill\./iu.test(name) && (isGenerated(body) || isNamed(name));
}

function isNamed(name: string): boolean {
  return /\.[0-9a-f]{40}\s*$/iu.test(name);
}

function isGenerated(body: JsonObject): boolean {
  const metadata = getKey(body, 'metadata');
  return isObject(metadata) && typeof getKey(metadata, 'name') !== 'string';
}

/** The source repository that a record's content names. */
function sourceRepositoryOf(body: JsonObject): string | undefined {
  const data = getKey(body, 'data');
  const text = isObject(data) ? getKey(data, 'deployment.json') : undefined;
  if (typeof text !== 'string') return undefined;
  try {
    const content: unknown = JSON.parse(text);
    if (typeof content !== 'object' || content === null || !('source' in content)) return undefined;
    const { source } = content;
    if (typeof source !== 'object' || source === null || !('repository' in source)) return undefined;
    return typeof source.repository === 'string' ? source.repository : undefined;
  } catch {
    return undefined;
  }
}

/** Whether name and content of a record are of one repository. */
function agree(fields: RecordFields, url: string): boolean {
  const repository = parseRepository(url);
  return (
    repository !== undefined &&
    repository.owner.toLowerCase() === fields.owner &&
    repository.name.toLowerCase() === fields.repository
  );
}

function checkRecord({ body, origin }: Resource, context: SpeakerContext, patterns: readonly string[]): void {
  const { location } = origin;
  const name = shortName(identify(body));
  const fields = isGenerated(body) ? undefined : parseRecordName(identify(body).name);
  const url = sourceRepositoryOf(body);
  if (!fields || !isRepositoryName(fields) || (url !== undefined && !agree(fields, url))) {
    throw failure('policy-source-repository', `${name} reads as a record, and it is not clear for which repository`, {
      location,
      help: [
        fields === undefined || url === undefined
          ? 'A record has the name that docs/record.md describes, in full.'
          : `Its name is of ${fields.owner}/${fields.repository}, its content of ${withoutCredentials(url)}.`,
        policySource(context.policy),
      ],
    });
  }
  const ownerAndName = `${fields.owner}/${fields.repository}`;
  const repository = url === undefined ? undefined : parseRepository(url);
  const allowed = repository
    ? isSpeakable(patterns, repositoryId(repository))
    : isSpeakableOnAnyHost(patterns, ownerAndName);
  if (allowed) return;
  const what = `${repository ? repositoryId(repository) : ownerAndName}, as ${name} does`;
  throw mayNotSpeak(what, { ...context, location });
}

/**
 * Failure `policy-source-repository` for every repository that somebody names and the policy does not give to the
 * application, and for every record among the resources that is not one of its repositories'.
 */
export function checkSourceRepositories(resources: readonly Resource[], context: SpeakerContext): void {
  const patterns = speakableRepositories(context.policy, context.speaker);
  if (patterns === undefined) return;
  const foreign = resources.filter((resource) => !context.made.has(resource) && readsAsRecord(resource.body));
  attemptAll(
    [() => checkNamed(context, patterns), ...foreign.map((one) => () => checkRecord(one, context, patterns))],
    (check) => check(),
  );
}
