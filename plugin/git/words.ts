/**
 * git's words, and what they mean: everything that Waybill concludes from a message of git is in this table (git runs
 * with LC_ALL=C, so that the words are these). The tests hold it against what git really says.
 */

/** What a message means. */
export type Meaning = 'overtaken' | 'locked' | 'rejected' | 'no-branch' | 'no-identity' | 'passing';

/** The first that matches counts. */
const table: readonly (readonly [RegExp, Meaning])[] = [
  // A lock file that somebody holds: another push just now, or one that was killed long ago.
  [/unable to create '[^']*\.lock': file exists|cannot lock ref '[^']*': unable to create/iu, 'locked'],
  // The branch moved in between: seen by the client, or by the server while it takes the push.
  [
    /non-fast-forward|fetch first|stale info|incorrect old value|failed to update ref|cannot lock ref '[^']*': (?:is at|reference already exists|unable to resolve)|cannot lock ref/iu,
    'overtaken',
  ],
  [/remote rejected|\[rejected\]|pre-receive hook|protected branch/iu, 'rejected'],
  [/couldn't find remote ref/iu, 'no-branch'],
  [/tell me who you are|empty ident name|auto-detect email|no email was given/iu, 'no-identity'],
  // Often over a moment later: the server failed, or the connection broke. An unknown host or a wrong password is not here.
  [
    /returned error: (?:408|425|429|5\d\d)|RPC failed|early EOF|unexpected disconnect|hung up|Connection (?:reset|refused|closed)|Recv failure|Empty reply/iu,
    'passing',
  ],
];

/** What git's words mean; undefined for all others. */
export function meaningOf(said: string): Meaning | undefined {
  return table.find(([pattern]) => pattern.test(said))?.[1];
}

/** What the disk of this machine has to do with a failure of git, by its words; undefined for everything else. */
export function diskTrouble(said: string): 'disk-full' | 'file-permission' | undefined {
  const own = said.replaceAll(/^remote: .*$/gmu, '');
  if (/out of diskspace|no space left on device|disk quota exceeded/iu.test(own)) return 'disk-full';
  return /: permission denied$|insufficient permission for adding|read-only file system/imu.test(own)
    ? 'file-permission'
    : undefined;
}
