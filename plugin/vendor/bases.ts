/**
 * Kustomizations' bases in other Git repositories: the commit that a reference means now, and of it the directory with
 * every directory that it builds on, put below vendor/. kustomize reads no file outside of a kustomization's directory,
 * so whole directories are all that it can need.
 */
import { rmSync } from 'node:fs';
import { failure } from '../diagnostics/failure.ts';
import type { Location } from '../diagnostics/diagnostic.ts';
import { defaultFileLimits } from '../files/limits.ts';
import { temporaryFolder } from '../files/temporary.ts';
import { joinPath, parentPath, resolvePath } from '../files/path.ts';
import type { FileTree } from '../files/tree.ts';
import { git } from '../git/git.ts';
import { createGitRevisionTree } from '../git/revision-tree.ts';
import { withoutCredentials } from '../record/repository.ts';
import { getKey, isArray, isObject } from '../resources/json.ts';
import { isRemote } from '../sources/kustomize/remote.ts';
import { editYaml } from '../yaml/edit.ts';
import { readYaml } from '../yaml/read.ts';
import { filesBelow, type Vendored } from './vendored.ts';

const names = ['kustomization.yaml', 'kustomization.yml', 'Kustomization'];
const keys = ['resources', 'bases', 'components'] as const;

/** A remote base as a kustomization names it. */
export interface RemoteBase {
  /** Tree path of the kustomization. */
  readonly file: string;
  readonly path: readonly (string | number)[];
  readonly url: string;
  readonly location: Location;
}

/** Where a base is: a repository that git fetches, a directory in it, and what names the commit. */
interface Where {
  readonly repository: string;
  readonly directory: string;
  readonly ref: string;
  /** `host/owner/name`, for the folder below vendor/. */
  readonly folder: string;
}

function fileOf(tree: FileTree, directory: string): string | undefined {
  return names.map((name) => joinPath(directory, name)).find((file) => tree.kind(file) === 'file');
}

function entriesOf(tree: FileTree, file: string): RemoteBase[] {
  const [document] = readYaml(tree.readText(file), { file, duplicateKeys: 'last-wins' });
  if (document === undefined || !isObject(document.value)) return [];
  const { value } = document;
  return keys.flatMap((key) => {
    const list = getKey(value, key);
    return (isArray(list) ? list : []).flatMap((url, index) => {
      const path = [key, index];
      return typeof url === 'string' ? [{ file, path, url, location: document.locate(path) }] : [];
    });
  });
}

/** The remote bases of every kustomization at and below `directory`. */
export function remoteBases(tree: FileTree, directory: string): RemoteBase[] {
  const found: RemoteBase[] = [];
  const visit = (path: string): void => {
    const file = fileOf(tree, path);
    if (file !== undefined) found.push(...entriesOf(tree, file).filter(({ url }) => isRemote(url)));
    for (const name of tree.list(path)) {
      const below = joinPath(path, name);
      if (!name.startsWith('.') && name !== 'node_modules' && below !== 'vendor' && tree.kind(below) === 'directory')
        visit(below);
    }
  };
  visit(directory);
  return found;
}

/** Takes a reference apart: `https://host/owner/name//directory?ref=v1`, `github.com/owner/name/directory?ref=v1`. */
function whereIs({ url, location }: RemoteBase): Where {
  const [, text = '', query = ''] = /^(?:git::)?([^?]*)(?:\?(.*))?$/u.exec(url.trim()) ?? [];
  const parameters = new URLSearchParams(query);
  const ref = parameters.get('ref') ?? parameters.get('version') ?? 'HEAD';
  const whole = /^github\.com[/:]/iu.test(text) ? `https://${text.replace(':', '/')}` : text;
  const ssh = /^(?:ssh:\/\/)?(?:[a-z][a-z0-9-]*@)([\w.-]+)[:/](.*)$/iu.exec(whole);
  const web = /^(https?:\/\/)(?:[^/@]*@)?([\w.-]+(?::\d+)?)\/(.*)$/iu.exec(whole);
  const [host, rest] = ssh ? [ssh[1], ssh[2]] : [web?.[2], web?.[3]];
  if (host === undefined || rest === undefined || /^-|[\0\n\r]/u.test(ref)) {
    throw failure('vendor-unknown', `${url} is no reference to a directory of a Git repository`, {
      location,
      help: ['Read are https:// and ssh references as kustomize takes them. Copy other files into the repository.'],
    });
  }
  const [, before = '', after] = /^(.*?)(?:\/\/|(?<=\.git)\/|$)(.*)$/u.exec(rest) ?? [];
  const parts = before.split('/');
  // Without // the repository is the first two names, as at GitHub.
  const isMarked = rest.includes('//') || /\.git(?:\/|$)/u.test(rest);
  const name = isMarked ? before : parts.slice(0, 2).join('/');
  const directory = isMarked ? (after ?? '') : parts.slice(2).join('/');
  if (!/\.ya?ml$|\.json$/iu.test(rest) && name !== '') {
    const repository = `${whole.slice(0, whole.length - rest.length)}${name}`;
    const folder = `${host.replace(':', '-')}/${name.replace(/\.git$/u, '')}`;
    if (folder.split('/').every((part) => /^[\w~][\w.~-]*$/u.test(part)))
      return { repository, directory: directory.replaceAll(/^\/+|\/+$/gu, ''), ref, folder };
  }
  throw failure('vendor-unknown', `${url} is a file, not a directory of a Git repository`, {
    location,
    help: ['Download it into the repository, and name its path.'],
  });
}

/** Directories of the other repository that a directory builds on, itself first. */
function closure(tree: FileTree, directory: string, { url, location }: RemoteBase): string[] {
  const found = new Set<string>();
  const visit = (path: string): void => {
    if (found.has(path)) return;
    found.add(path);
    const file = fileOf(tree, path);
    if (file === undefined) {
      throw failure('vendor-unknown', `${path || 'the root'} of ${url} has no kustomization`, { location });
    }
    for (const entry of entriesOf(tree, file)) {
      if (isRemote(entry.url)) {
        throw failure('vendor-unknown', `${url} builds on ${entry.url}, which is in yet another repository`, {
          location,
          help: ['Name that base in a kustomization of your own.'],
        });
      }
      const below = resolvePath(path, entry.url, location);
      if (tree.kind(below) === 'directory') visit(below);
    }
  };
  visit(directory);
  // What lies inside of another one is copied with it.
  const all = [...found];
  return all.filter((path) => !all.some((other) => other !== path && (other === '' || path.startsWith(`${other}/`))));
}

/** What a fetch writes: bytes by tree path, the kustomization included. */
export interface FetchedBase {
  readonly files: ReadonlyMap<string, Uint8Array>;
  readonly base: Omit<Vendored['bases'][number], 'digest'>;
  /** The path that the kustomization names now. */
  readonly reference: string;
}

function relative(from: string, to: string): string {
  const up = from === '' ? '' : '../'.repeat(from.split('/').length);
  return `${up}${to}`;
}

/**
 * Fetches one base, at the commit that its reference means now.
 * @throws Failure `vendor-unknown`, `vendor-unreachable`
 */
export async function fetchBase(
  remote: RemoteBase,
  env: Readonly<Record<string, string | undefined>>,
): Promise<FetchedBase> {
  const { repository, directory, ref, folder } = whereIs(remote);
  const root = temporaryFolder('waybill-vendor-');
  try {
    const run = async (...args: string[]) => await git(args, { cwd: root, env, withCredentials: true });
    await run('init', '-q', '--bare');
    const fetched = await run('fetch', '-q', '--depth', '1', '--no-tags', '--', repository, ref);
    if (fetched.status !== 0) {
      throw failure('vendor-unreachable', `${ref} of ${repository} cannot be fetched`, {
        location: remote.location,
        help: [fetched.stderr.trim().split('\n').at(-1) ?? '', 'A short commit cannot be fetched: write all of it.'],
      });
    }
    const commit = (await run('rev-parse', 'FETCH_HEAD^{commit}')).stdout.toString().trim();
    const tree = createGitRevisionTree({ root, revision: commit, env }, defaultFileLimits);
    if (tree.kind(directory) !== 'directory')
      throw failure('vendor-unknown', `${repository} has no directory ${directory} at ${ref}`, {
        location: remote.location,
      });
    const copied = new Map<string, Uint8Array>();
    for (const path of closure(tree, directory, remote))
      for (const [below, bytes] of filesBelow(tree, path)) copied.set(joinPath(path, below), bytes);
    const target = `vendor/${folder}/${commit}`;
    const files = new Map(Array.from(copied, ([path, bytes]) => [`${target}/${path}`, bytes]));
    const reference = relative(parentPath(remote.file), joinPath(target, directory));
    return { files, base: { url: withoutCredentials(remote.url), commit, directory: target }, reference };
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

/** The kustomization with the paths in the places of the references; everything else stays as it is written. */
export function withReferences(
  text: string,
  file: string,
  references: readonly { path: readonly (string | number)[]; reference: string }[],
): string {
  return editYaml(
    text,
    references.map(({ path, reference }) => ({ op: 'set', path, value: reference })),
    { file },
  );
}
