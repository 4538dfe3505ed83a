/**
 * Completion in a real bash, by the script that `waybill complete bash` prints: folders, environments and images.
 */
import { execFileSync } from 'node:child_process';
import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolders } from '../tools/folder.ts';
import { builtProgram } from '../tools/program.mjs';

const folder = temporaryFolders();
const bundle = await builtProgram();
let bin = '';
let repository = '';

beforeAll(() => {
  bin = folder({ waybill: `#!/bin/sh\nexec ${process.execPath} ${bundle} "$@"\n` });
  chmodSync(join(bin, 'waybill'), 0o755);
  const images = 'images: [{ name: ghcr.io/acme/web }]\n';
  repository = folder({
    '.git/HEAD': 'ref: refs/heads/main\n',
    'apps/web/waybill.yaml': `apiVersion: waybill.dev/v1\nkind: Waybill\n${images}environments: { staging: {}, production: {} }\n`,
    'apps/broken/waybill.yaml': 'kind: [\n',
  });
});

/** What bash offers behind these words. */
function offered(...words: string[]): string[] {
  const script = `
source <(waybill complete bash)
COMP_WORDS=(waybill ${words.map((word) => `'${word}'`).join(' ')})
COMP_CWORD=$((\${#COMP_WORDS[@]} - 1))
COMP_LINE="\${COMP_WORDS[*]}"
COMP_POINT=\${#COMP_LINE}
compopt() { :; }
# Of the package bash-completion.
_get_comp_words_by_ref() { cur="\${COMP_WORDS[COMP_CWORD]}" prev="\${COMP_WORDS[COMP_CWORD-1]}" cword=$COMP_CWORD; words=("\${COMP_WORDS[@]}"); }
$(complete -p waybill | sed 's/.*-F \\([^ ]*\\).*/\\1/')
printf '%s\\n' "\${COMPREPLY[@]}"
`;
  const env = { PATH: `${bin}:${process.env['PATH']}` };
  return execFileSync('bash', ['-c', script], { cwd: repository, env, encoding: 'utf8' }).trim().split('\n');
}

describe('completion in bash', () => {
  it.each<[string[], string[]]>([
    [
      ['render', '-e', ''],
      ['production', 'staging'],
    ],
    [['render', 'apps/w'], ['apps/web']],
    [['images', 'set', 'ghcr'], ['ghcr.io/acme/web']],
    [['rollb'], ['rollback']],
  ])('%j', (words, expected) => {
    expect(offered(...words).map((one) => one.trim())).toEqual(expected);
  });
});
