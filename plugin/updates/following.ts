/**
 * The change of a lock with what belongs to it (follow-lock.ts), as one intent: whatever command changes the lock, and
 * however often a push is overtaken.
 */
import { basename } from 'node:path';
import { configFile } from '../config/file-names.ts';
import { createPatchedTree, landingPath } from '../files/patched.ts';
import { joinPath } from '../files/path.ts';
import type { FileTree } from '../files/tree.ts';
import type { Delivery, PlanChange, Intent } from './intent.ts';

/** A lock that a command writes, by its path. */
interface Locked {
  readonly directory: string;
  readonly environment: string;
}

function lockedBy<Result>({ files, targets }: Intent<Result>): Locked[] {
  return [...new Set([...targets, ...files.keys()])].flatMap((path) => {
    const [, directory = '', environment] = /^(?:(.*)\/)?locks\/([a-z0-9-]{1,63})\.yaml$/u.exec(path) ?? [];
    return environment === undefined ? [] : [{ directory, environment }];
  });
}

/** Whether the application may have a native source: reading its waybill.yaml costs more than looking for the words. */
function mayBeNative(tree: FileTree, { directory }: Locked): boolean {
  const file = joinPath(directory, configFile);
  return tree.kind(file) === 'file' && /native|external/u.test(tree.readText(file));
}

function patched(tree: FileTree, files: ReadonlyMap<string, string>): FileTree {
  const texts = Array.from(files, ([path, text]): [string, Buffer] => [landingPath(tree, path), Buffer.from(text)]);
  return createPatchedTree(tree, new Map(texts));
}

function messageOf(directory: string, locks: readonly Locked[]): string {
  const [first] = locks;
  const name = (first?.directory ?? directory).split('/').at(-1) ?? '';
  const subject = `Bring ${name === '' ? 'the files' : name} in ${first?.environment} to the lock`;
  return `${subject.length > 72 ? `Bring the files in ${first?.environment} to the lock` : subject}\n`;
}

/** The intent, and the images and records that belong to the locks that it writes. */
export function withFollowing<Result>(plan: PlanChange<Result>, delivery: Delivery): PlanChange<Result> {
  const said = new Set<string>();
  // The intent is asked for each state of the files; a person need not hear the same of each.
  const note = (line: string): void => {
    if (!said.has(line)) delivery.note(line);
    said.add(line);
  };
  return async (snapshot) => {
    const intent = await plan(snapshot);
    const asPlanned = patched(snapshot.tree, intent.files);
    const locks = lockedBy(intent).filter((one) => mayBeNative(asPlanned, one));
    if (locks.length === 0) return intent;
    const { followLock } = await import('./follow-lock.ts');
    const files = new Map(intent.files);
    const targets = [...intent.targets];
    for (const lock of locks) {
      const rendering = { env: delivery.env, note };
      const own = basename(delivery.directory);
      const more = await followLock({ ...lock, tree: patched(snapshot.tree, files), own, rendering });
      for (const [path, text] of more.files) files.set(path, text);
      targets.push(...more.targets);
      if (more.extraSource) {
        const { path, include } = more.extraSource;
        note(
          `${path}/${include} is new: the Application needs it as an extra source (waybill record -e ${lock.environment} -C ${lock.directory || '.'} --patch)`,
        );
      }
    }
    const message =
      intent.files.size > 0 ? intent.message : async (): Promise<string> => messageOf(snapshot.directory, locks);
    return { ...intent, files, targets, message };
  };
}
