/**
 * `waybill images set` as a function: the images of one build, written down in one way and delivered in one way.
 */
import { basename } from 'node:path';
import { tellLeftOut } from '../applications/left-out.ts';
import { isWide, type Scope } from '../applications/scope.ts';
import { refuseInside } from '../applications/select.ts';
import { loadApplication } from '../config/load.ts';
import { isNative } from '../config/native.ts';
import { failure } from '../diagnostics/failure.ts';
import type { ImageSource } from '../lock/lock.ts';
import { Ancestry } from './ancestry.ts';
import { deliver } from './deliver.ts';
import type { Delivered, Delivery } from './intent.ts';
import { branchFor, Checkouts, messageFor } from './commit.ts';
import { type ImageOutcome, isChange } from './outcome.ts';
import type { ImageRequest, SourceFacts } from './request.ts';
import type { WriteTarget } from './write-targets.ts';
import type { RecordOptions } from './write-recorded.ts';
import type { Writer, WriteRequest } from './writer.ts';

const writers: Readonly<Record<WriteTarget, () => Promise<Writer>>> = {
  lock: async () => (await import('./write-lock.ts')).writeLock,
  manifests: async () => (await import('./write-manifests.ts')).writeManifests,
  kustomization: async () => (await import('./write-kustomization.ts')).writeKustomization,
  'helm-values': async () => (await import('./write-helm-values.ts')).writeHelmValues,
};

/** What is to be set. */
export interface SetRequest extends Omit<WriteRequest, 'tree' | 'directory' | 'ancestry' | 'rendering'>, Scope {
  readonly images: readonly ImageRequest[];
  readonly write: WriteTarget;
  /** With a way other than the lock: the record that is written, too. */
  readonly record?: RecordOptions | undefined;
  /** Folders that may be checkouts of the source repository: they know who wrote the commit, and which is newer. */
  readonly checkouts: readonly string[];
}

function sourceOfAll(outcomes: readonly ImageOutcome[], facts: SourceFacts | undefined): ImageSource | undefined {
  const written = outcomes.find(({ after }) => after?.source)?.after?.source;
  if (written) return written;
  const { repository, commit } = facts ?? {};
  return repository === undefined || commit === undefined ? undefined : { repository, commit };
}

/** Where waybill.yaml says that Argo CD renders the source, all of it is written by the lock's writer. */
function alone(writer: Writer): Writer {
  return async (request) => {
    const { tree, directory } = request;
    const { config, file } = loadApplication(tree, directory);
    if (!isNative(config)) return await writer(request);
    throw failure('config-invalid', 'the source is native: lock, images and record are written together', {
      location: { file: file ?? directory },
      help: ['Leave --write out.'],
    });
  };
}

async function writerFor({ write, record }: SetRequest, own: string): Promise<Writer> {
  const writer = await writers[write]();
  if (write === 'lock') return writer;
  if (!record) return alone((await import('./arrived-in-application.ts')).arriving(writer));
  const { recordedWriter } = await import('./write-recorded.ts');
  return recordedWriter(writer, write, record, own);
}

/**
 * Sets the images. Result: what became of each.
 * @throws as deliver
 */
export async function setImages(request: SetRequest, delivery: Delivery): Promise<Delivered<readonly ImageOutcome[]>> {
  const ancestry = new Ancestry(request.checkouts, delivery.env);
  const checkouts = new Checkouts(request.checkouts, delivery.env);
  // Loaded while git is starting, and so is what the message will ask of git.
  const writer = writerFor(request, basename(delivery.directory));
  const tell = tellLeftOut(delivery.note);
  const delivered = deliver(delivery, async ({ tree, directory }) => {
    if (!isWide(request)) refuseInside(tree, directory);
    const rendering = { env: delivery.env, note: delivery.note };
    const snapshot = { ...request, tree, directory, ancestry, rendering };
    const { files, targets, outcomes } = isWide(request)
      ? await (await import('./set-each.ts')).writeEach(await writer, snapshot, request, tell)
      : await (await writer)(snapshot);
    const changed = outcomes.filter(isChange);
    const about = { environment: request.environment, directory, outcomes: changed };
    const message = async (): Promise<string> =>
      await messageFor({
        ...about,
        verb: 'Deploy',
        trigger: request.facts?.run,
        source: sourceOfAll(changed, request.facts),
        checkouts,
      });
    return { files, targets, message, branch: branchFor('set', about), result: outcomes };
  });
  const commit = request.facts?.commit;
  if (delivery.to !== 'work-tree' && commit !== undefined) void checkouts.facts(commit);
  return await delivered;
}
