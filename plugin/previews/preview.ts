/**
 * The pipeline's part of a preview, for one pull request: may it have one, `queued` until Argo CD begins, `failure` when
 * there is no image, and the comment. Argo CD reports everything else.
 */
import { Unavailable } from '../fleet/providers/ask.ts';
import type { Report } from '../fleet/providers/provider.ts';
import type { Repository } from '../record/repository.ts';
import { slug } from '../templates/slug.ts';
import { commentText, ownComment, type Said, type Words } from './comment.ts';
import type { PullRequest, PullRequests } from './provider.ts';

/** Everything that the parts of `waybill preview` share. */
export interface Preview {
  readonly pulls: PullRequests;
  readonly repository: Repository;
  readonly token: string;
  readonly hasLabels: boolean;
  /** The label, or `[label]` in the title, that asks for a preview. */
  readonly label: string;
  /** Applications are named `<service>-preview-<number>`. */
  readonly service: string;
  /** Hosts are `<slug of the branch>.<domain>`. */
  readonly domain: string;
  /** The page of the run of the pipeline. */
  readonly run: string;
  /** What was reported of a commit. */
  readonly reports: (commit: string) => Promise<readonly Report[]>;
  readonly now: () => number;
  readonly note: (line: string) => void;
}

/** How the first step of a preview ended. */
export type Started =
  | { readonly end: 'build'; readonly tag: string }
  | { readonly end: 'none'; readonly reason: string }
  | { readonly end: 'taken'; readonly reason: string };

/** The context of Argo CD's commit status. */
export function contextOf({ service }: Preview, number: number): string {
  return `deployment/${service}-preview-${number}`;
}

/** Whether somebody asks for a preview of a pull request. */
export function isMarked({ hasLabels, label }: Preview, { labels, title }: PullRequest): boolean {
  return hasLabels ? labels.includes(label) : title.toLowerCase().includes(`[${label}]`.toLowerCase());
}

/** The words for a state that the pipeline reports itself. */
export function wordsOf(preview: Preview, { branch }: Pick<PullRequest, 'branch'>, description: string): Words {
  return { url: `https://${slug(branch)}.${preview.domain}`, description, log: preview.run };
}

const mostAttempts = 3;

/**
 * Writes the comment, or changes ours. `said` gets what the comment says now. After an outage the list is read again, so
 * that a comment which arrived without an answer is not written twice.
 */
export async function comment(
  { pulls, repository, token }: Preview,
  number: number,
  say: (before: Said | undefined) => { readonly said: Said; readonly words: Words } | undefined,
): Promise<void> {
  const signer = { token, repository, number };
  for (let attempt = 1; ; attempt += 1) {
    const own = ownComment(signer, await pulls.comments(number));
    const next = say(own?.said);
    if (!next) return;
    const text = commentText(signer, next.said, next.words);
    if (own?.comment.body === text) return;
    try {
      if (own) await pulls.editComment(number, own.comment.id, text);
      else await pulls.addComment(number, text);
      return;
    } catch (error) {
      if (!(error instanceof Unavailable) || attempt === mostAttempts) throw error;
    }
  }
}

/** The newest report of the preview's status; undefined when there is none. */
export async function newestReport(preview: Preview, number: number, commit: string): Promise<Report | undefined> {
  const context = contextOf(preview, number);
  const own = (await preview.reports(commit)).filter((one) => one.context === context);
  return own.toSorted((a, b) => (b.at ?? 0) - (a.at ?? 0))[0];
}

/** The open pull request that has the preview's host already: the oldest one keeps it. */
async function ownerOfHost(preview: Preview, pull: PullRequest): Promise<PullRequest | undefined> {
  const host = slug(pull.branch);
  return (await preview.pulls.open()).find(
    (one) => one.number < pull.number && !one.isFork && isMarked(preview, one) && slug(one.branch) === host,
  );
}

/** Why a pull request has no preview; undefined: it has one. */
function refusal(preview: Preview, pull: PullRequest, commit: string): string | undefined {
  const name = `pull request ${pull.number}`;
  if (!pull.isOpen) return `${name} is closed`;
  if (pull.isFork) return `${name} is from a fork: its code runs nowhere before somebody has reviewed it`;
  if (!isMarked(preview, pull))
    return preview.hasLabels
      ? `${name} has no label ${preview.label}`
      : `no [${preview.label}] in the title of ${name}`;
  // Bitbucket Cloud gives 12 digits.
  return pull.commit !== '' && commit.startsWith(pull.commit)
    ? undefined
    : `${commit} is not the head of ${name}: a newer push has a pipeline of its own`;
}

/** The tag of the image that the preview runs: of the commit as the provider lists it. */
const tagOf = (pull: PullRequest): string => `sha-${pull.commit}`;

const notBuilt = 'The image was not built';
const sameHost = 'a branch with the same host: rename the branch';

/** Whether a failure is ours: Argo CD does not report again what it has reported. */
function isOurs({ description }: Report): boolean {
  return description === notBuilt || description.endsWith(sameHost);
}

/** Reports a state, unless Argo CD has reported one, and says in the comment what holds. */
async function report(
  preview: Preview,
  pull: PullRequest,
  commit: string,
  { state, description }: { readonly state: 'queued' | 'failure'; readonly description: string },
): Promise<void> {
  const { number } = pull;
  const before = await newestReport(preview, number, commit);
  const isOver =
    before === undefined ||
    (state === 'failure' && (before.state === 'queued' || before.state === 'in_progress')) ||
    (state === 'queued' && before.state === 'failure' && isOurs(before));
  if (isOver)
    await preview.pulls.setStatus(commit, { state, name: contextOf(preview, number), description, url: preview.run });
  else preview.note(`the status of ${commit} is ${before.state} already`);
  await comment(preview, number, (said) => ({
    said: {
      state: isOver ? state : before.state,
      commit,
      since: state === 'queued' || said === undefined ? preview.now() : said.since,
    },
    words: isOver
      ? wordsOf(preview, pull, description)
      : { ...wordsOf(preview, pull, before.description), log: before.url },
  }));
}

/** Before the build: says whether there is anything to build, and reports `queued`. */
export async function start(preview: Preview, number: number, commit: string): Promise<Started> {
  const pull = await preview.pulls.get(number);
  if (!pull) return { end: 'none', reason: `there is no pull request ${number}` };
  const reason = refusal(preview, pull, commit);
  if (reason !== undefined) return { end: 'none', reason };
  const owner = await ownerOfHost(preview, pull);
  if (owner) {
    const description = `Pull request ${owner.number} has ${sameHost}`;
    await report(preview, pull, commit, { state: 'failure', description });
    return {
      end: 'taken',
      reason: `the host ${slug(pull.branch)}.${preview.domain} is that of pull request ${owner.number}`,
    };
  }
  await report(preview, pull, commit, { state: 'queued', description: 'Waiting for the image' });
  return { end: 'build', tag: tagOf(pull) };
}

/** After a build that failed: Argo CD deploys nothing of this commit, and reports nothing of it. */
export async function fail(preview: Preview, number: number, commit: string): Promise<string | undefined> {
  const pull = await preview.pulls.get(number);
  const reason = pull ? refusal(preview, pull, commit) : `there is no pull request ${number}`;
  if (!pull || reason !== undefined) return reason;
  await report(preview, pull, commit, { state: 'failure', description: notBuilt });
  return undefined;
}
