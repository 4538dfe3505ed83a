/**
 * `waybill images set` as a function: the images of one build, written down in one way and delivered in one way.
 */
import type { ImageSource } from '../lock/lock.ts';
import { Ancestry } from './ancestry.ts';
import { type Delivered, type Delivery, deliver } from './deliver.ts';
import { branchFor, messageFor } from './commit.ts';
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

function sourceOfAll(outcomes: readonly ImageOutcome[], facts: SourceFacts | undefined): ImageSource | undefined {
  const written = outcomes.find(({ after }) => after?.source)?.after?.source;
  if (written) return written;
  const { repository, commit } = facts ?? {};
  return repository === undefined || commit === undefined ? undefined : { repository, commit };
}

/**
 * Sets the images. Result: what became of each.
 * @throws as deliver
 */
export async function setImages(request: SetRequest, delivery: Delivery): Promise<Delivered<readonly ImageOutcome[]>> {
  const ancestry = new Ancestry(request.checkouts, delivery.env);
  return await deliver(delivery, async ({ tree, directory }) => {
    const { files, outcomes } = await writers[request.write]({ ...request, tree, directory, ancestry });
    const changed = outcomes.filter(({ result }) => result !== 'same' && result !== 'kept-newer');
    const about = { environment: request.environment, directory, outcomes: changed };
    const message = async (): Promise<string> =>
      await messageFor({
        ...about,
        verb: 'Deploy',
        trigger: request.facts?.run,
        source: sourceOfAll(changed, request.facts),
        checkouts: request.checkouts,
        env: delivery.env,
      });
    return { files, message, branch: branchFor('set', about), result: outcomes };
  });
}
