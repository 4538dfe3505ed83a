/**
 * Reading a lock. CI writes it, people merge and edit it: everything that a hand or a merge can break is found here,
 * with its line, before an image is deployed by it.
 */
import type { Location } from '../diagnostics/diagnostic.ts';
import { attemptAll, failure } from '../diagnostics/failure.ts';
import { baseName } from '../files/path.ts';
import type { FileTree } from '../files/tree.ts';
import { nameKey, referenceProblem, splitReference } from '../references/reference.ts';
import type { Path } from '../resources/pointer.ts';
import type { ImageLockFile, LockEntry, LockHoldEntry } from '../schemas/lock.generated.ts';
import { validate } from '../schemas/lock.validate.generated.js';
import { check } from '../schemas/problems.ts';
import type { YamlDocument } from '../yaml/document.ts';
import { readYaml } from '../yaml/read.ts';
import { checkReadings } from '../yaml/two-readings.ts';
import type { ImageLock, LockedImage, LockHold } from './lock.ts';

/** Half of a merge is worse than no lock: which side's image would run? */
function checkNoConflict(text: string, file: string): void {
  if (!text.includes('<<<<<<<')) return;
  const lines = text.split(/\r?\n/u);
  const at = lines.findIndex((line) => /^<{7}( |$)/u.test(line));
  if (at < 0 || !lines.some((line, index) => index > at && /^>{7}( |$)/u.test(line))) return;
  throw failure('lock-conflict', 'the lock contains the markers of an unfinished merge', {
    location: { file, line: at + 1, column: 1, endColumn: 8 },
    help: [
      'Choose the images that are to run, remove the lines that begin with <<<<<<<, ======= and >>>>>>>, and commit.',
    ],
  });
}

function onlyDocument(documents: readonly YamlDocument[], file: string): YamlDocument {
  const [document, second] = documents;
  if (!document) {
    throw failure('lock-invalid', 'the lock is empty', {
      location: { file, line: 1 },
      help: ['Remove the file, or let waybill images set write it.'],
    });
  }
  if (second) {
    throw failure('lock-invalid', 'the lock holds more than one YAML document', {
      location: { file, line: second.line },
    });
  }
  return document;
}

function checkName(name: string, what: string, location: Location): void {
  const { tag, digest } = splitReference(name);
  if (tag !== undefined || digest !== undefined) {
    throw failure('lock-invalid', `${what} ${JSON.stringify(name)} has a tag or digest`, {
      location,
      help: ['Write only the name; tag and digest have separate keys.'],
    });
  }
}

function lockedImage(entry: LockEntry, index: number, document: YamlDocument): LockedImage {
  const at = (...path: Path): Location => document.locate(['images', index, ...path]);
  const { name, newName, tag, digest } = entry;
  const locate: LockedImage['locate'] = (field = 'name') => (field === 'commit' ? at('source', 'commit') : at(field));
  attemptAll(
    [
      () => checkName(name, 'the name', at('name')),
      () => {
        if (newName === undefined) return;
        checkName(newName, 'newName', at('newName'));
        const problem = referenceProblem(newName);
        if (problem !== undefined) {
          throw failure('lock-invalid', `newName ${JSON.stringify(newName)} is no image: ${problem}`, {
            location: at('newName'),
          });
        }
      },
      () => {
        if (newName !== undefined || tag !== undefined || digest !== undefined) return;
        throw failure('lock-invalid', `the entry of ${name} has neither tag nor digest nor newName`, {
          location: at('name'),
          help: ['Give it a tag, a digest or a newName.'],
        });
      },
    ],
    (one) => one(),
  );
  return { ...entry, locate };
}

function lockHold(entry: LockHoldEntry, index: number, document: YamlDocument): LockHold {
  const at = (key: string): Location => document.locate(['holds', index, key]);
  const { image, tag, digest, commit, stays } = entry;
  checkName(image, 'the image', at('image'));
  const isVersion = tag !== undefined || digest !== undefined || commit !== undefined;
  if (isVersion === (stays === true)) {
    throw failure(
      'lock-invalid',
      `the hold of ${image} says ${isVersion ? 'both' : 'neither'} a blocked version ${isVersion ? 'and' : 'nor'} \`stays: true\``,
      {
        location: at('image'),
        help: ['Give it a tag, digest or commit, or stays: true.'],
      },
    );
  }
  return { ...entry, locate: () => at('image') };
}

function checkEachOnce(images: readonly LockedImage[]): void {
  const seen = new Map<string, LockedImage>();
  attemptAll(images, (image) => {
    const key = nameKey(image.name);
    const before = seen.get(key);
    if (!before) {
      seen.set(key, image);
      return;
    }
    throw failure('lock-invalid', `the image ${image.name} is in the lock twice`, {
      location: image.locate('name'),
      help: [`It is first in line ${before.locate('name').line}. Keep the one that is to run.`],
    });
  });
}

function checkEnvironment(lock: ImageLockFile, file: string, document: YamlDocument): void {
  const named = baseName(file).replace(/\.yaml$/u, '');
  if (lock.environment === named) return;
  throw failure('lock-environment', `the lock ${file} names environment ${lock.environment}`, {
    location: document.locate(['environment']),
    help: [`Write environment: ${named}, or rename the file to ${lock.environment}.yaml.`],
  });
}

/**
 * Reads the text of a lock.
 * @param file its path, for messages; the name must be `<environment>.yaml`
 * @throws Failure `lock-conflict`, `lock-invalid`, `lock-environment`, `yaml-syntax`, `yaml-duplicate-key`
 */
export function parseLock(text: string, file: string): ImageLock {
  checkNoConflict(text, file);
  const document = onlyDocument(readYaml(text, { file, duplicateKeys: 'error' }), file);
  checkReadings(text, file);
  const lock = check(validate, document.value, (path, what) => document.locate(path, what), 'lock-invalid');
  checkEnvironment(lock, file, document);
  const images = attemptAll(lock.images, (entry, index) => lockedImage(entry, index, document));
  checkEachOnce(images);
  const holds = attemptAll(lock.holds ?? [], (entry, index) => lockHold(entry, index, document));
  return { file, environment: lock.environment, images, holds };
}

/** Reads a lock of the tree; errors as {@link parseLock}. */
export function readLock(tree: FileTree, file: string): ImageLock {
  return parseLock(tree.readText(file), file);
}
