/**
 * What `waybill preview` asks and tells a Git provider about pull requests. Each provider is one file with the same
 * shape; providers.ts lists them. GitHub has none: its workflows do this (examples/previews/workflows).
 */
import type { Ask } from '../fleet/providers/provider.ts';
import type { Json } from '../resources/json.ts';
import type { Repository } from '../record/repository.ts';

/** A pull request (GitLab: merge request). */
export interface PullRequest {
  readonly number: number;
  readonly branch: string;
  /** The head commit; Bitbucket Cloud gives 12 digits. */
  readonly commit: string;
  readonly title: string;
  /** Empty at Bitbucket, which has none. */
  readonly labels: readonly string[];
  readonly isOpen: boolean;
  /** Its branch is in another repository. */
  readonly isFork: boolean;
}

/** A comment of a pull request. */
export interface Comment {
  /** As the provider's path names it. */
  readonly id: string;
  readonly body: string;
}

/** A commit status as the pipeline reports it; Argo CD reports all others. */
interface PipelineStatus {
  /** ended: the preview is gone, and nobody will report anything else. */
  readonly state: 'queued' | 'failure' | 'ended';
  /** The context, which is Argo CD's. */
  readonly name: string;
  readonly description: string;
  /** The pipeline's page. */
  readonly url: string;
}

/** Sends what changes something. Paths are below the API's base. */
export interface Send {
  /** @throws Refused, Unavailable */
  (method: 'POST' | 'PUT' | 'PATCH' | 'DELETE', path: string, body?: Json): Promise<void>;
}

/** How to reach the API. */
interface Reach {
  readonly repository: Repository;
  readonly ask: Ask;
  readonly send: Send;
}

/** The pull requests of one repository. */
export interface PullRequests {
  /** One pull request; undefined when there is none. */
  get(number: number): Promise<PullRequest | undefined>;
  /** All that are open, at most {@link mostPages} pages of them. */
  open(): Promise<readonly PullRequest[]>;
  /** Those that were closed or merged last, about 50. */
  ended(): Promise<readonly PullRequest[]>;
  /** The oldest first. */
  comments(number: number): Promise<readonly Comment[]>;
  addComment(number: number, body: string): Promise<void>;
  editComment(number: number, id: string, body: string): Promise<void>;
  setStatus(commit: string, status: PipelineStatus): Promise<void>;
  /** Takes away what asks for a preview: the label, or `[label]` out of the title. */
  unmark(pull: PullRequest, label: string): Promise<void>;
  /** Ends the provider's own environment of this name, if it has such. */
  endEnvironment?(name: string): Promise<void>;
}

/** A provider. */
export interface PreviewProvider {
  readonly key: string;
  /** Whether pull requests have labels; elsewhere `[label]` in the title is one. */
  readonly hasLabels: boolean;
  pullRequests(reach: Reach): PullRequests;
}

/** Whether a branch is in another repository than the one that it is to be merged into; so too when it is gone. */
export function differs(from: string, to: string): boolean {
  return from === '' || from !== to;
}

/** What a provider says at a path; undefined where it knows nothing. */
export async function readAt<Item>(ask: Ask, path: string, read: (value: Json) => Item): Promise<Item | undefined> {
  const value = await ask(path);
  return value === undefined ? undefined : read(value);
}

/** Pages of a list that are read, of 50 or 100 entries. */
const mostPages = 20;

/** Reads a list page by page, until a page is not full. `page` counts from 0. */
export async function pages<Item>(
  size: number,
  read: (page: number) => Promise<readonly Item[]>,
): Promise<readonly Item[]> {
  const all: Item[] = [];
  for (let page = 0; page < mostPages; page += 1) {
    const items = await read(page);
    all.push(...items);
    if (items.length < size) break;
  }
  return all;
}

/** A title without `[label]`, in any case of letters. */
export function titleWithout(title: string, label: string): string {
  const mark = `[${label}]`.toLowerCase();
  let left = title;
  for (let at = left.toLowerCase().indexOf(mark); at >= 0; at = left.toLowerCase().indexOf(mark))
    left = `${left.slice(0, at).trimEnd()} ${left.slice(at + mark.length).trimStart()}`.trim();
  // A title may not be empty.
  return left === '' ? 'No title' : left;
}
