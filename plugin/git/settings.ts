/**
 * What git is told about commits: who makes them, whether they are signed, where hooks are. One run of `git var -l`.
 */
import type { GitResult } from './git.ts';

/** See the file's comment. */
export interface CommitSettings {
  /** Idents as `git fast-import` takes them: `Name <mail> seconds zone`. */
  readonly author: string;
  readonly committer: string;
  readonly sign: boolean;
  readonly hooksPath: string | undefined;
}

/** Who commits where git is not told: CI images seldom have an identity. */
export const nobody = ['-c', 'user.name=waybill', '-c', 'user.email=waybill@localhost'];

/** The last value of a setting; '' for one without value, which git takes as true. */
function valueOf(lines: readonly string[], key: string): string | undefined {
  const line = lines.findLast((one) => one === key || one.startsWith(`${key}=`));
  return line?.slice(key.length + 1);
}

/** Reads what `git var -l` printed; `env` may have an identity, too. */
export function commitSettings(
  { stdout }: GitResult,
  env: Readonly<Record<string, string | undefined>>,
): CommitSettings {
  const lines = stdout.toString().split('\n');
  const ident = (who: 'AUTHOR' | 'COMMITTER'): string => {
    const said = valueOf(lines, `GIT_${who}_IDENT`);
    const mail =
      env[`GIT_${who}_EMAIL`] ||
      valueOf(lines, `${who.toLowerCase()}.email`) ||
      valueOf(lines, 'user.email') ||
      env['EMAIL'];
    if (said !== undefined && mail && !said.startsWith('<') && !said.startsWith(' ')) return said;
    return `waybill <waybill@localhost> ${Math.floor(Date.now() / 1000)} +0000`;
  };
  const sign = valueOf(lines, 'commit.gpgsign');
  return {
    author: ident('AUTHOR'),
    committer: ident('COMMITTER'),
    sign: sign !== undefined && !/^(false|no|off|0)$/iu.test(sign),
    hooksPath: valueOf(lines, 'core.hookspath'),
  };
}
