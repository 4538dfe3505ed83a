/**
 * Which of two source commits is the newer one. Two pipelines may finish in the other order than they began: the
 * environment must not go back to the older commit because its job was slow.
 */
import { rm } from 'node:fs/promises';
import { temporaryFolder } from '../files/temporary.ts';
import { git, type GitResult } from '../git/git.ts';

type Variables = Readonly<Record<string, string | undefined>>;

/** How far back the remote is asked: pipelines that race are a few commits apart. */
const DEPTH = 500;

/** Answers for one command; what was found out is remembered, since a lost race asks again. */
export class Ancestry {
  readonly #checkouts: readonly string[];
  readonly #env: Variables;
  readonly #known = new Map<string, Promise<boolean>>();

  /** @param checkouts folders that may be checkouts of the source repository; others do no harm */
  constructor(checkouts: readonly string[], env: Variables) {
    this.#checkouts = checkouts;
    this.#env = env;
  }

  /**
   * True when `commit` is known to lie behind `other` in the history of `repository`. False when it does not, or when
   * nobody can tell: then the later word counts.
   */
  async isOlder(repository: string, commit: string, other: string): Promise<boolean> {
    const key = `${repository} ${commit} ${other}`;
    const answer = this.#known.get(key) ?? this.#ask(repository, commit, other);
    this.#known.set(key, answer);
    return await answer;
  }

  async #ask(repository: string, commit: string, other: string): Promise<boolean> {
    if (commit === other) return false;
    for (const folder of this.#checkouts) {
      if (await this.#isAncestor(folder, commit, other)) return true;
      // The ordinary case: the new commit is on top of the one that runs.
      if (await this.#isAncestor(folder, other, commit)) return false;
    }
    return await this.#askRemote(repository, commit, other);
  }

  async #isAncestor(folder: string, ancestor: string, commit: string): Promise<boolean> {
    return (await this.#run(folder, ['merge-base', '--is-ancestor', ancestor, commit])).status === 0;
  }

  /** Fetches the last commits without folders or files into a repository of its own: a checkout may be shallow. */
  async #askRemote(repository: string, commit: string, other: string): Promise<boolean> {
    if (repository.startsWith('-')) return false;
    const folder = temporaryFolder('waybill-ancestry-');
    try {
      await this.#run(folder, ['init', '--quiet', '--bare', '--template=', '.']);
      const flags = ['--quiet', '--no-tags', `--depth=${DEPTH}`, '--filter=tree:0'];
      const fetched = await this.#run(folder, ['fetch', ...flags, 'origin', commit, other], repository);
      return fetched.status === 0 && (await this.#isAncestor(folder, commit, other));
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  async #run(cwd: string, args: readonly string[], url?: string): Promise<GitResult> {
    const first = Number(this.#env['GIT_CONFIG_COUNT'] ?? 0);
    return await git(args, {
      cwd,
      env: this.#env,
      withCredentials: true,
      timeoutSeconds: 60,
      // As a variable, so that no credential in a URL shows among the arguments of a process.
      ...(url === undefined
        ? {}
        : {
            set: {
              GIT_CONFIG_COUNT: String(first + 1),
              [`GIT_CONFIG_KEY_${first}`]: 'remote.origin.url',
              [`GIT_CONFIG_VALUE_${first}`]: url,
            },
          }),
    });
  }
}
