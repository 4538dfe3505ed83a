/**
 * `images set --write … --record FILE`: for people who keep neither waybill.yaml nor a lock. The record itself is what is
 * known about the images; what it said before stays, as far as it is still so. Behind it stands the same code as for
 * applications that waybill.yaml declares: what waybill.yaml and the lock would say is made up for it.
 */
import { posix } from 'node:path';
import { isApplication } from '../applications/marks.ts';
import { isApplicationName } from '../config/native.ts';
import { failure } from '../diagnostics/failure.ts';
import { createPatchedTree, landingPath } from '../files/patched.ts';
import { joinPath, parentPath, resolvePath } from '../files/path.ts';
import type { FileTree } from '../files/tree.ts';
import type { ImageSource } from '../lock/lock.ts';
import { lockPath } from '../lock/locks.ts';
import { recordsInText } from '../native/files.ts';
import { readRecord } from '../record/manifest.ts';
import { sameRepository } from '../record/repository.ts';
import { nameKey, splitReference } from '../references/reference.ts';
import type { Json, JsonObject } from '../resources/json.ts';
import { writeYaml } from '../yaml/write.ts';
import { followLock } from './follow-lock.ts';
import type { ImageOutcome } from './outcome.ts';
import { renderSource } from './rendered.ts';
import type { ImageRequest } from './request.ts';
import { sourceOf } from './source.ts';
import type { WriteTarget } from './write-targets.ts';
import type { WriteRequest, Writer } from './writer.ts';

/** What the record is to say besides the images. */
export interface RecordOptions {
  /** Its file, relative to the application directory. */
  readonly file: string;
  /** The name of Argo CD's Application. */
  readonly application: string;
  /** The destination's namespace; undefined: Argo CD fills it in. */
  readonly namespace: string | undefined;
}

/** One image as a record or a request has it. */
interface Known {
  readonly image: ImageRequest;
  readonly source: ImageSource | undefined;
}

/** What the file of the record says now. */
function recorded(tree: FileTree, file: string): ReadonlyMap<string, Known> {
  const found = new Map<string, Known>();
  if (tree.kind(file) !== 'file') return found;
  for (const { body } of recordsInText(tree.readText(file), file)) {
    const record = readRecord(body);
    for (const { reference, ...more } of record?.images ?? []) {
      const image = splitReference(reference);
      if (record) found.set(nameKey(image.name), { image, source: { ...record.source, ...more } });
    }
  }
  return found;
}

function relativeTo(directory: string, path: string): string {
  return posix.relative(`/${directory}`, `/${path}`) || '.';
}

/** The chart that a values file is in; undefined when it is elsewhere. */
function chartAbove(tree: FileTree, file: string): string | undefined {
  for (let folder = parentPath(file); ; folder = parentPath(folder)) {
    if (tree.kind(joinPath(folder, 'Chart.yaml')) === 'file') return folder;
    if (folder === '') return undefined;
  }
}

/** `source` of the waybill.yaml that there would be. */
function sourceFor(
  way: Exclude<WriteTarget, 'lock'>,
  { tree, directory }: WriteRequest,
  targets: readonly string[],
): { readonly [key: string]: Json } {
  const [first = '', second] = targets;
  if (way === 'manifests') {
    const recurse = targets.some((path) => parentPath(path) !== directory);
    return { manifests: { path: '.', recurse } };
  }
  if (second !== undefined) {
    throw failure(
      'record-file',
      `--record belongs to one ${way === 'kustomization' ? 'kustomization' : 'values file'}; there are ${targets.length}`,
      {
        help: [`They are ${targets.join(', ')}. Name one with --file, and repeat the command for each.`],
      },
    );
  }
  if (way === 'kustomization') return { kustomize: relativeTo(directory, parentPath(first)) };
  const chart = chartAbove(tree, first);
  if (chart === undefined) return { external: {} };
  const own = first === joinPath(chart, 'values.yaml');
  return { helm: { chart: relativeTo(directory, chart), valueFiles: own ? [] : [relativeTo(directory, first)] } };
}

/** What people wrote is no template, whatever it holds. */
function plain(value: Json): Json {
  return typeof value === 'string' ? value.replaceAll('{{', '\\{{') : value;
}

function configFor(
  environment: string,
  source: { readonly [key: string]: Json },
  { file, application, namespace }: RecordOptions,
): string {
  const value: JsonObject = {
    apiVersion: 'waybill.dev/v1',
    kind: 'Waybill',
    source: { ...source, native: true },
    record: { file: plain(file), application: plain(application) },
    ...(namespace === undefined ? {} : { namespace: plain(namespace) }),
    environments: { [environment]: null },
  };
  return writeYaml(value);
}

function lockFor(environment: string, known: Iterable<Known>): string {
  const images = Array.from(
    known,
    ({ image, source }): Json => ({ ...image, ...(source ? { source: { ...source } } : {}) }),
  );
  return writeYaml({ apiVersion: 'waybill.dev/v1', kind: 'ImageLock', environment, images });
}

function withTexts(tree: FileTree, texts: ReadonlyMap<string, string>): FileTree {
  return createPatchedTree(
    tree,
    new Map(Array.from(texts, ([path, text]): [string, Buffer] => [landingPath(tree, path), Buffer.from(text)])),
  );
}

/** What is still so: images of the old record that come out as it says. Without a render, all but those that change. */
async function stillSo(
  known: ReadonlyMap<string, Known>,
  request: WriteRequest,
  tree: FileTree,
  way: Exclude<WriteTarget, 'lock'>,
  target: string,
): Promise<Known[]> {
  const asked = new Set(request.images.map(({ name }) => nameKey(name)));
  const others = [...known].flatMap(([key, one]) => (asked.has(key) ? [] : [one]));
  if (way !== 'kustomization' || others.length === 0 || !request.rendering) return others;
  const source = { kind: 'kustomize', directory: { path: parentPath(target), location: { file: target } } } as const;
  const rendered = await renderSource(tree, request.directory, source, request.rendering);
  if ('why' in rendered) return others;
  const texts = new Set(rendered.texts);
  return others.filter(({ image: { name, tag, digest } }) =>
    texts.has(`${name}${tag === undefined ? '' : `:${tag}`}${digest === undefined ? '' : `@${digest}`}`),
  );
}

/** A writer that writes the record, too. */
export function recordedWriter(
  writer: Writer,
  way: Exclude<WriteTarget, 'lock'>,
  options: RecordOptions,
  own: string,
): Writer {
  return async (request) => {
    const { tree, directory, environment, rendering } = request;
    if (isApplication(tree, directory)) {
      throw failure('record-file', '--record is for directories without waybill.yaml and locks', {
        location: { file: directory || '.' },
        help: [
          `Write source: native and record: ${options.file} into waybill.yaml, and leave --write and --record out: the lock, the images and the record are then written together.`,
        ],
      });
    }
    if (environment === undefined || !rendering)
      throw failure('environment-missing', 'a record belongs to an environment, and none is given');
    if (!isApplicationName(options.application)) {
      throw failure('record-name', `${JSON.stringify(options.application)} cannot be the name of an Application`, {
        help: ["Give the name of Argo CD's Application with --app: lower-case letters, digits, hyphens and dots."],
      });
    }
    const file = resolvePath(directory, options.file);
    const before = recorded(tree, file);
    const kept: ImageOutcome[] = [];
    const wanted: Known[] = [];
    for (const image of request.images) {
      const old = before.get(nameKey(image.name));
      const source = request.facts && sourceOf(image, request.facts, { declared: undefined, locked: old?.source });
      const isOlder =
        !request.allowOlder &&
        old?.source !== undefined &&
        source !== undefined &&
        sameRepository(old.source.repository, source.repository) &&
        (await request.ancestry.isOlder(source.repository, source.commit, old.source.commit));
      if (isOlder) kept.push({ name: image.name, before: old.image, after: image, result: 'kept-newer' });
      else wanted.push({ image, source });
    }
    if (wanted.length === 0) return { files: new Map(), targets: [], outcomes: kept };
    const written = await writer({ ...request, images: wanted.map(({ image }) => image) });
    const after = withTexts(tree, written.files);
    const stale = new Set(written.outcomes.flatMap(({ name, result }) => (result === 'kept-newer' ? [name] : [])));
    const others = await stillSo(before, request, after, way, written.targets[0] ?? '');
    const known = [...others, ...wanted.filter(({ image }) => !stale.has(image.name))];
    const lock = lockPath(directory, environment);
    const config = joinPath(directory, 'waybill.yaml');
    const madeUp = new Map([
      [lock, lockFor(environment, known)],
      [config, configFor(environment, sourceFor(way, request, written.targets), options)],
    ]);
    const more = await followLock({
      tree: withTexts(after, madeUp),
      directory,
      environment,
      own,
      rendering,
      imagesWritten: true,
    });
    if (more.extraSource) {
      const { path, include } = more.extraSource;
      rendering.note(`${path}/${include} is new: the Application ${options.application} needs it as an extra source:`);
      for (const line of extraLines(path, include)) rendering.note(line);
    }
    if (before.size === 0)
      rendering.note(`the record is of the Application ${options.application} (--app NAME for another)`);
    return {
      files: new Map([...written.files, ...more.files]),
      targets: [...written.targets, ...more.targets],
      outcomes: [...written.outcomes.map((outcome) => withSource(outcome, wanted)), ...kept],
    };
  };
}

/** What the record says about the image, for the commit's message. */
function withSource(outcome: ImageOutcome, known: readonly Known[]): ImageOutcome {
  const source = known.find(({ image }) => image.name === outcome.name)?.source;
  return outcome.after && source ? { ...outcome, after: { ...outcome.after, source } } : outcome;
}

/** The extra source, for an Application that nobody has described to Waybill. */
function extraLines(path: string, include: string): string[] {
  const source = {
    repoURL: 'THIS REPOSITORY',
    targetRevision: 'main',
    path: path === '' ? '.' : path,
    directory: { include },
  };
  return writeYaml({ spec: { sources: [{ '…': 'the source that it has' }, source] } })
    .trimEnd()
    .split('\n');
}
