/**
 * The text of the pull request that proposes a promotion: what changes, which commits come along, what the target
 * environment will render.
 */
import { git } from '../git/git.ts';
import { commitURL, compareURL, parseRepository } from '../record/repository.ts';
import { type ImageOutcome, shortVersion } from '../updates/outcome.ts';

/** What the text is made of. */
export interface PullRequestFacts {
  readonly from: string;
  readonly to: string;
  /** Those that change. */
  readonly outcomes: readonly ImageOutcome[];
  /** Folders that may have the source commits. */
  readonly checkouts: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The rendered differences as Markdown. */
  readonly rendered: string;
}

/** More commits than this are a link. */
const mostCommits = 30;

function safe(text: string): string {
  // Titles of commits are anybody's text: no mention, no reference, no HTML comes out of them.
  return text
    .replaceAll(/[<>|`[\]\\]/gu, (one) => `\\${one}`)
    .replaceAll('@', '@\u200B')
    .replaceAll('#', '#\u200B');
}

function imageRow({ application, name, before, after }: ImageOutcome): string {
  const source = after?.source;
  const repository = source && parseRepository(source.repository);
  const short = source?.commit.slice(0, 12) ?? '-';
  const link = repository && source ? `[${short}](${commitURL(repository, source.commit)})` : short;
  const what = application === undefined ? name : `${application}: ${name}`;
  return `| ${what} | ${shortVersion(before)} | ${shortVersion(after)} | ${link} |`;
}

async function subjects(from: string, to: string, { checkouts, env }: PullRequestFacts): Promise<string[] | undefined> {
  for (const cwd of checkouts) {
    const { status, stdout } = await git(
      ['log', `--max-count=${mostCommits + 1}`, '--format=%h %s', `${from}..${to}`, '--'],
      { cwd, env },
    );
    if (status === 0) return stdout.toString().split('\n').filter(Boolean);
  }
  return undefined;
}

async function commits(outcome: ImageOutcome, facts: PullRequestFacts): Promise<string[]> {
  const { name, before, after } = outcome;
  const [old, now] = [before?.source, after?.source];
  if (!old || !now || old.commit === now.commit) return [];
  const repository = parseRepository(now.repository);
  const range = `${old.commit.slice(0, 12)}..${now.commit.slice(0, 12)}`;
  const title = `**${name}**: ${repository ? `[${range}](${compareURL(repository, old.commit, now.commit)})` : range}`;
  const found = await subjects(old.commit, now.commit, facts);
  const more = found && found.length > mostCommits ? ['- and more'] : [];
  return [title, '', ...(found ?? []).slice(0, mostCommits).map((line) => `- ${safe(line)}`), ...more, ''];
}

/** The title and, below it, the body as Markdown. */
export async function pullRequestText(facts: PullRequestFacts): Promise<string> {
  const { from, to, outcomes, rendered } = facts;
  const changes = (await Promise.all(outcomes.map(async (one) => await commits(one, facts)))).flat();
  return [
    `## Promote ${from} to ${to}`,
    '',
    `| image | ${to} runs | will run | source commit |`,
    '| --- | --- | --- | --- |',
    ...outcomes.map(imageRow),
    '',
    ...(changes.length > 0 ? ['### Commits', '', ...changes] : []),
    `### What ${to} will render`,
    '',
    rendered,
    '',
  ].join('\n');
}
