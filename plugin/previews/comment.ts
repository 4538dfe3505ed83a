/**
 * The one comment of a pull request: state, address and commit of its preview, updated in place.
 *
 * Its last line is a mark that browsers do not show. It carries what the next run needs and a signature, made with the
 * token: anybody can write a comment, and only ours may count. With a new token there is a new comment.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { ReportedState } from '../platforms/platform.ts';
import { type Repository, repositoryId } from '../record/repository.ts';
import type { Comment } from './provider.ts';

/** What a comment says. */
export interface Said {
  readonly state: ReportedState;
  readonly commit: string;
  /** Milliseconds since 1970: the push, the label or the pipeline from which the time to live counts. */
  readonly since: number;
}

/** What people read besides. */
export interface Words {
  /** The preview's address. */
  readonly url: string;
  readonly description: string;
  /** A page that shows more; '' for none. */
  readonly log: string;
}

/** Who signs, and for which pull request. */
export interface Signer {
  readonly token: string;
  readonly repository: Repository;
  readonly number: number;
}

const signs: Readonly<Record<ReportedState, string>> = {
  queued: '⏳',
  in_progress: '🚀',
  success: '✅',
  failure: '❌',
  error: '❌',
  inactive: '⚪',
};

const markLine =
  /(?:^|\n)\[\/\/\]: # \(waybill-preview ([0-9a-f]{12,40}) (queued|in_progress|success|failure|error|inactive) (\d{1,16}) ([0-9a-f]{32})\)\s*$/u;

/**
 * Of what the mark says and of everything that people read. Only letters and digits count: providers may change line
 * breaks, spaces and emoji.
 */
function signature({ token, repository, number }: Signer, content: string, read: string): string {
  const letters = read.replaceAll(/[^A-Za-z0-9]/gu, '');
  const text = ['waybill-preview', repositoryId(repository), number, content, letters].join('\n');
  return createHmac('sha256', token).update(text).digest('hex').slice(0, 32);
}

/** Text for a cell of a table: nothing that ends it, makes a tag or a link, or mentions somebody. */
function cell(text: string): string {
  return text.replaceAll(/[|\r\n`<>@[\]!#\\]/gu, ' ').slice(0, 300);
}

const isLink = (url: string): boolean => /^https?:\/\/[^\s|<>()[\]]+$/u.test(url);

/** The text of a comment. */
export function commentText(signer: Signer, said: Said, { url, description, log }: Words): string {
  const content = `${said.commit} ${said.state} ${said.since}`;
  const read = [
    '| | preview |',
    '| --- | --- |',
    `| state | ${signs[said.state]} ${said.state} |`,
    ...(isLink(url) && said.state !== 'inactive' ? [`| address | ${url} |`] : []),
    `| commit | ${said.commit} |`,
    ...(description === '' ? [] : [`| | ${cell(description)} |`]),
    ...(isLink(log) ? [`| log | [open](${log}) |`] : []),
  ].join('\n');
  return `${read}\n\n[//]: # (waybill-preview ${content} ${signature(signer, content, read)})`;
}

/** What a comment says, if this token has signed it for this pull request. */
function readComment(signer: Signer, body: string): Said | undefined {
  const mark = markLine.exec(body);
  const [, commit = '', state = '', since = '', given = ''] = mark ?? [];
  const own = signature(signer, `${commit} ${state} ${since}`, body.slice(0, mark?.index ?? 0));
  if (given.length !== own.length || !timingSafeEqual(Buffer.from(given), Buffer.from(own))) return undefined;
  const found = Object.keys(signs).find((one): one is ReportedState => one === state);
  return found === undefined ? undefined : { state: found, commit, since: Number(since) };
}

/** Our comment: the oldest one with our signature, since others can copy a newer one from it. */
export function ownComment(
  signer: Signer,
  comments: readonly Comment[],
): { readonly comment: Comment; readonly said: Said } | undefined {
  for (const comment of comments) {
    const said = readComment(signer, comment.body);
    if (said) return { comment, said };
  }
  return undefined;
}
