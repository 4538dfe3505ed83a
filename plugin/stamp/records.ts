/**
 * The records: for each source repository and commit that the resources run, one ConfigMap whose name says so
 * (record/name.ts) and whose `deployment.json` says the rest.
 */
import { attemptAll, failure } from '../diagnostics/failure.ts';
import { recordName } from '../record/name.ts';
import { commitURL, parseRepository, type Repository } from '../record/repository.ts';
import type { JsonObject, MutableJsonObject } from '../resources/json.ts';
import type { Resource } from '../resources/resource.ts';
import type { DeploymentRecord, RecordImage } from '../schemas/record.generated.ts';
import { sourcedImages } from './annotations.ts';
import type { StampContext, StampedImage } from './context.ts';

type Sourced = ReturnType<typeof sourcedImages>[number];

const noRecord = 'Or set stamp.record: false to do without the record; then nothing is reported.';

/** A declared source repository promises reports: without the commit they would be missing without a word. */
function checkCommitsKnown(resolved: readonly StampedImage[], environment: string | undefined): void {
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
        'Its sourceRepository is declared, so its deployments are to be reported, but neither the lock nor the tag names a full commit.',
        `Let CI write the lock: waybill images set ${declared?.name}=:TAG -e ${environment ?? 'ENVIRONMENT'} --source-commit COMMIT.`,
        noRecord,
      ],
    });
  });
}

function reported(context: StampContext): { environment: string; namespace: string } {
  const { reportAs, namespace, location } = context;
  if (reportAs === undefined) {
    throw failure('record-environment', 'the record needs the name of an environment, and there is none', {
      location,
      help: ['Render with -e NAME.', noRecord],
    });
  }
  if (namespace === undefined) {
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
  const run = images.map((image) => image.source.run).find((url) => url !== undefined && /^https?:\/\//u.test(url));
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
  namespace: string,
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
      namespace,
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
 * known source.
 * @throws Failure `record-commit-unknown`, `record-environment`, `record-namespace`, `record-repository`,
 * `record-name`
 */
export function makeRecords(context: StampContext): Resource[] {
  checkCommitsKnown(context.resolved, context.environment);
  const images = sourcedImages(context.resolved);
  if (images.length === 0) return [];
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
