/**
 * The records: for each source repository and commit that the resources run, one ConfigMap whose name says so
 * (record/name.ts) and whose `deployment.json` says the rest.
 */
import { attemptAll, Failure, failure } from '../diagnostics/failure.ts';
import { linkURL } from '../record/link.ts';
import { recordName } from '../record/name.ts';
import { commitURL, parseRepository, type Repository } from '../record/repository.ts';
import type { JsonObject, MutableJsonObject } from '../resources/json.ts';
import type { Resource } from '../resources/resource.ts';
import type { DeploymentRecord, RecordImage } from '../schemas/record.generated.ts';
import { sourcedImages } from './annotations.ts';
import type { StampContext, StampedImage } from './context.ts';

type Sourced = ReturnType<typeof sourcedImages>[number];

const noRecord = 'Or set stamp.record: false to do without the record; then nothing is reported.';

/**
 * A declared source repository promises reports: where the commit is not known, that is said. It is no error, so that
 * an environment that renders keeps rendering when the repository is declared before its first lock.
 */
function checkCommitsKnown({ resolved, environment }: StampContext): void {
  const unknown = new Map<string, StampedImage>();
  for (const image of resolved) {
    const { declared, source } = image;
    if (declared?.sourceRepository !== undefined && !source && !unknown.has(declared.name))
      unknown.set(declared.name, image);
  }
  attemptAll(unknown.values(), ({ declared, reference }) => {
    const of = environment === undefined ? '' : ` in environment ${environment}`;
    throw failure('record-commit-unknown', `the source commit of ${reference}${of} is not known`, {
      location: declared?.location,
      help: [
        'Its deployments are not reported: its sourceRepository is declared, but neither the lock nor the tag names a full commit.',
        `Let CI write the lock: waybill images set ${declared?.name}=:TAG -e ${environment ?? 'ENVIRONMENT'} --source-commit COMMIT.`,
        'To make this an error, set stamp.record: required. Without reports, set stamp.record: false.',
      ],
    });
  });
}

/** Runs `work`; where a record is not required, what it throws are warnings. */
function orWarn<Result>({ stamp, warn }: StampContext, work: () => Result): Result | undefined {
  try {
    return work();
  } catch (error) {
    if (stamp.record === 'required' || !(error instanceof Failure)) throw error;
    for (const diagnostic of error.diagnostics) warn({ ...diagnostic, severity: 'warning' });
    return undefined;
  }
}

/** Whether nothing but waybill.yaml and the tag say where the image comes from. */
function isFromTag({ source, declared }: Sourced): boolean {
  const isMore = Object.keys(source).some((key) => key !== 'repository' && key !== 'commit');
  return declared?.commitFromTag !== undefined && !isMore;
}

function reported(context: StampContext): { environment: string; namespace: string | undefined } {
  const { reportAs, namespace, location, inFiles = false } = context;
  if (reportAs === undefined) {
    throw failure('record-environment', 'the record needs the name of an environment, and there is none', {
      location,
      help: ['Render with -e NAME.', noRecord],
    });
  }
  if (namespace === undefined && !inFiles) {
    throw failure('record-namespace', 'the record needs a namespace, and none is known', {
      location,
      help: ["Set namespace in waybill.yaml, or give the destination's with --namespace.", noRecord],
    });
  }
  return { environment: reportAs, namespace };
}

function repositoryOf(image: Sourced): Repository {
  const { repository } = image.source;
  const parsed = parseRepository(repository);
  if (parsed) return parsed;
  throw failure(
    'record-repository',
    `the source repository ${JSON.stringify(repository)} of ${image.reference} names no host, owner and repository`,
    {
      location: image.declared?.location,
      help: ['Write it as in https://github.com/acme/user-service or git@github.com:acme/user-service.git.', noRecord],
    },
  );
}

function recordImage({ reference, source: { ref, pullRequest, run, version } }: Sourced): RecordImage {
  return {
    reference,
    ...(ref === undefined ? {} : { ref }),
    ...(pullRequest === undefined ? {} : { pullRequest }),
    ...(run === undefined ? {} : { run }),
    ...(version === undefined ? {} : { version }),
  };
}

/** Argo CD's UI links the Application to what these annotations name: `title|url`. */
function links(repository: Repository, images: readonly Sourced[]): JsonObject {
  const commit = images[0]?.source.commit ?? '';
  const made: MutableJsonObject = {
    'link.argocd.argoproj.io/source-commit': `${repository.name} ${commit.slice(0, 7)}|${commitURL(repository, commit)}`,
  };
  const run = images.map(({ source }) => (source.run === undefined ? undefined : linkURL(source.run))).find(Boolean);
  if (run !== undefined) made['link.argocd.argoproj.io/run'] = `CI run of ${repository.name}|${run}`;
  return made;
}

interface Group {
  readonly repository: Repository;
  readonly images: [Sourced, ...Sourced[]];
}

function configMap(
  name: string,
  { repository, images }: Group,
  environment: string,
  namespace: string | undefined,
  application: string,
): JsonObject {
  const [first, ...rest] = images;
  const deployment: DeploymentRecord = {
    apiVersion: 'waybill.dev/v1',
    kind: 'DeploymentRecord',
    application,
    environment,
    source: { repository: first.source.repository, commit: first.source.commit },
    images: [recordImage(first), ...rest.map(recordImage)],
  };
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: {
      name,
      ...(namespace === undefined ? {} : { namespace }),
      labels: { 'app.kubernetes.io/managed-by': 'waybill' },
      annotations: {
        // Without this an application that does not prune is OutOfSync for good after its second deployment.
        'argocd.argoproj.io/compare-options': 'IgnoreExtraneous',
        ...links(repository, images),
      },
    },
    data: { 'deployment.json': `${JSON.stringify(deployment, null, 2)}\n` },
  };
}

/**
 * The records of the resolved images, in the order in which the resources name them first; none when no image has a
 * known source. What keeps a record from being made is an error where a lock names the source, and a warning where only
 * waybill.yaml and a tag do.
 * @throws Failure `record-environment`, `record-namespace`, `record-repository`, `record-name`; with `stamp.record:
 * required` also `record-commit-unknown`
 */
export function makeRecords(context: StampContext): Resource[] {
  orWarn(context, () => checkCommitsKnown(context));
  const images = sourcedImages(context.resolved);
  if (images.length > 0) {
    const make = () => recordsOf(context, images);
    return images.every(isFromTag) ? (orWarn(context, make) ?? []) : make();
  }
  if (context.stamp.record !== 'required') return [];
  throw failure('record-commit-unknown', 'stamp.record is required, and no image has a known source commit', {
    location: context.location,
    help: ['Let CI write the lock with waybill images set, or declare sourceRepository and commitFromTag.'],
  });
}

function recordsOf(context: StampContext, images: readonly Sourced[]): Resource[] {
  const { environment, namespace } = reported(context);
  const application = context.app.name;
  const groups = new Map<string, Group>();
  attemptAll(images, (image) => {
    const repository = repositoryOf(image);
    const { owner, name: repositoryName } = repository;
    const { commit } = image.source;
    const name = recordName({ owner, repository: repositoryName, environment, application, commit }, context.location);
    const group = groups.get(name);
    if (group) group.images.push(image);
    else groups.set(name, { repository, images: [image] });
  });
  return Array.from(groups, ([name, group]) => ({
    body: configMap(name, group, environment, namespace, application),
    origin: { location: context.location },
  }));
}
