/**
 * Keeps the comment of a pull request as Argo CD reports the preview, until it is deployed or has failed. Providers other
 * than GitHub start no pipeline when a status changes, so this one waits.
 */
import { Unavailable } from '../fleet/providers/ask.ts';
import { comment, contextOf, newestReport, type Preview, wordsOf } from './preview.ts';

/** How it ended. */
export type Followed = 'deployed' | 'failed' | 'superseded' | 'time';

/** How long and how often. */
export interface Patience {
  /** Milliseconds since 1970 when time is over. */
  readonly deadline: number;
  /** Milliseconds between two looks. */
  readonly interval: number;
  readonly sleep: (milliseconds: number) => Promise<void>;
}

/** See the file's comment. @throws Refused */
export async function follow(preview: Preview, number: number, commit: string, patience: Patience): Promise<Followed> {
  const context = contextOf(preview, number);
  let before = '';
  for (;;) {
    try {
      const pull = await preview.pulls.get(number);
      if (!pull?.isOpen || !commit.startsWith(pull.commit)) return 'superseded';
      const report = await newestReport(preview, number, commit);
      const line = report ? `${report.state} ${report.description}` : '';
      if (report && line !== before) {
        await comment(preview, number, (said) => ({
          said: { state: report.state, commit, since: said?.since ?? preview.now() },
          words: { ...wordsOf(preview, pull, report.description), log: report.url },
        }));
        preview.note(`${context}: ${report.state}`);
        before = line;
      }
      if (report?.state === 'success') return 'deployed';
      if (report?.state === 'failure' || report?.state === 'error') return 'failed';
    } catch (error) {
      if (!(error instanceof Unavailable)) throw error;
      preview.note(`${error.message}; asking again`);
    }
    if (preview.now() + patience.interval > patience.deadline) return 'time';
    await patience.sleep(patience.interval);
  }
}
