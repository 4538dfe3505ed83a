/**
 * `waybill images set` as a function: the images of one build, written down in one way and delivered in one way.
 */
import { createHash } from 'node:crypto';
import { commitFacts } from '../git/commit-facts.ts';
import type { ImageSource } from '../lock/lock.ts';
import { Ancestry } from './ancestry.ts';
import { type Delivered, type Delivery, deliver } from './deliver.ts';
import { commitMessage } from './message.ts';
import type { ImageOutcome } from './outcome.ts';
import type { ImageRequest, SourceFacts } from './request.ts';
import { writeHelmValues } from './write-helm-values.ts';
import { writeKustomization } from './write-kustomization.ts';
import { writeLock } from './write-lock.ts';
import { writeManifests } from './write-manifests.ts';
import type { Writer, WriteRequest } from './writer.ts';

/** Where images are written down. */
export const ways = ['lock', 'manifests', 'kustomization', 'helm-values'] as const;

const writers: Readonly<Record<(typeof ways)[number], Writer>> = {
  lock: writeLock,
  manifests: writeManifests,
  kustomization: writeKustomization,
  'helm-values': writeHelmValues,
};

/** What is to be set. */
export interface SetRequest extends Omit<WriteRequest, 'tree' | 'directory' | 'ancestry'> {
  readonly images: readonly ImageRequest[];
  readonly write: (typeof ways)[number];
  /** Folders that may be checkouts of the source repository: they know who wrote the commit, and which is newer. */
  readonly checkouts: readonly string[];
}

/** The first checkout's word about a commit. */
async function factsOf(source: ImageSource, checkouts: readonly string[], env: Delivery['env']) {
  for (const folder of checkouts) {
    const facts = await commitFacts(folder, source.commit, env);
    if (facts) return facts;
  }
  return undefined;
}

function sourceOfAll(outcomes: readonly ImageOutcome[], facts: SourceFacts | undefined): ImageSource | undefined {
  const written = outcomes.find(({ after }) => after?.source)?.after?.source;
  if (written) return written;
  const { repository, commit } = facts ?? {};
  return repository === undefined || commit === undefined ? undefined : { repository, commit };
}

/** One branch for each environment and set of images: the pull request that is open for them gets the newer version. */
function branchName(environment: string | undefined, directory: string, outcomes: readonly ImageOutcome[]): string {
  const names = outcomes.map(({ name }) => name).sort();
  const hash = createHash('sha256')
    .update([directory, ...names].join('\n'))
    .digest('hex')
    .slice(0, 8);
  const first = (names[0] ?? 'images').split('/').at(-1) ?? 'images';
  return ['waybill', environment ?? 'images', `${first.replaceAll(/[^\w-]/gu, '-')}-${hash}`].join('/');
}

/**
 * Sets the images. Result: what became of each.
 * @throws as deliver
 */
export async function setImages(request: SetRequest, delivery: Delivery): Promise<Delivered<readonly ImageOutcome[]>> {
  const ancestry = new Ancestry(request.checkouts, delivery.env);
  return await deliver(delivery, async (tree, directory) => {
    const { files, outcomes } = await writers[request.write]({ ...request, tree, directory, ancestry });
    const changed = outcomes.filter(({ result }) => result !== 'same' && result !== 'kept-newer');
    const message = async (): Promise<string> => {
      const source = sourceOfAll(changed, request.facts);
      return commitMessage({
        verb: 'Deploy',
        environment: request.environment,
        directory,
        outcomes: changed,
        trigger: request.facts?.run,
        reference: source && { source, facts: await factsOf(source, request.checkouts, delivery.env) },
      });
    };
    return { files, message, branch: branchName(request.environment, directory, changed), result: outcomes };
  });
}
