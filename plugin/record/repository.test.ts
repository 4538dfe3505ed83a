import { describe, expect, it } from 'vitest';
import { commitURL, compareURL, parseRepository, sameRepository, withoutCredentials } from './repository.ts';

const table: [url: string, host: string, owner: string, name: string, webURL: string][] = [
  [
    'https://github.com/acme/user-service',
    'github.com',
    'acme',
    'user-service',
    'https://github.com/acme/user-service',
  ],
  [
    'https://github.com/acme/user-service.git',
    'github.com',
    'acme',
    'user-service',
    'https://github.com/acme/user-service',
  ],
  [
    'https://github.com/acme/user-service/',
    'github.com',
    'acme',
    'user-service',
    'https://github.com/acme/user-service',
  ],
  ['https://x-token:secret@github.com/acme/a.git', 'github.com', 'acme', 'a', 'https://github.com/acme/a'],
  [
    'git@github.com:acme/user-service.git',
    'github.com',
    'acme',
    'user-service',
    'https://github.com/acme/user-service',
  ],
  ['github.com:acme/user-service', 'github.com', 'acme', 'user-service', 'https://github.com/acme/user-service'],
  ['ssh://git@GitHub.com/acme/.github.git', 'github.com', 'acme', '.github', 'https://github.com/acme/.github'],
  ['ssh://git@gitlab.acme.dev:2222/a/b/c/d.git', 'gitlab.acme.dev', 'a/b/c', 'd', 'https://gitlab.acme.dev/a/b/c/d'],
  [
    'git@gitlab.com:group/sub/project.git',
    'gitlab.com',
    'group/sub',
    'project',
    'https://gitlab.com/group/sub/project',
  ],
  ['https://git.acme.dev:8443/acme/a', 'git.acme.dev:8443', 'acme', 'a', 'https://git.acme.dev:8443/acme/a'],
  ['http://gitea.local:3000/acme/a.git', 'gitea.local:3000', 'acme', 'a', 'http://gitea.local:3000/acme/a'],
  [
    'https://git.acme.dev/scm/PLAT/api.git',
    'git.acme.dev',
    'PLAT',
    'api',
    'https://git.acme.dev/projects/PLAT/repos/api',
  ],
  ['ssh://git@git.acme.dev:7999/~jo/api.git', 'git.acme.dev', '~jo', 'api', 'https://git.acme.dev/users/jo/repos/api'],
  [
    'https://dev.azure.com/acme/My%20Shop/_git/api',
    'dev.azure.com',
    'acme/My Shop',
    'api',
    'https://dev.azure.com/acme/My%20Shop/_git/api',
  ],
  [
    'https://acme@dev.azure.com/acme/_git/shop',
    'dev.azure.com',
    'acme/shop',
    'shop',
    'https://dev.azure.com/acme/_git/shop',
  ],
  [
    'git@ssh.dev.azure.com:v3/acme/shop/api',
    'dev.azure.com',
    'acme/shop',
    'api',
    'https://dev.azure.com/acme/shop/_git/api',
  ],
];

describe('parseRepository', () => {
  it.each(table)('%s', (url, host, owner, name, webURL) => {
    expect(parseRepository(url)).toEqual({ host, owner, name, webURL });
  });

  it.each([
    'acme/user-service',
    '/srv/git/a.git',
    'https://github.com/acme',
    'file:///srv/git/a.git',
    'https://',
    '',
    '../a',
    'https://h/%zz/a',
  ])('knows that %j is none', (url) => expect(parseRepository(url)).toBeUndefined());
});

describe('sameRepository', () => {
  it.each([
    ['git@github.com:Acme/A.git', 'https://github.com/acme/a', true],
    ['ssh://git@git.acme.dev:7999/PLAT/api.git', 'https://git.acme.dev/scm/plat/api', true],
    ['https://gitlab.com/a/b', 'https://gitlab.com/a/b/c', false],
    ['https://github.com/acme/a', 'https://github.acme.dev/acme/a', false],
    ['/srv/a', '/srv/a', true],
    ['/srv/a', '/srv/b', false],
  ])('%s and %s: %s', (a, b, same) => expect(sameRepository(a, b)).toBe(same));
});

describe('commitURL', () => {
  it.each([
    ['https://github.com/acme/a', 'https://github.com/acme/a/commit/abc'],
    ['https://bitbucket.org/acme/a', 'https://bitbucket.org/acme/a/commits/abc'],
    ['https://git.acme.dev/scm/PLAT/api.git', 'https://git.acme.dev/projects/PLAT/repos/api/commits/abc'],
  ])('%s', (url, expected) => {
    const repository = parseRepository(url);
    expect(repository && commitURL(repository, 'abc')).toBe(expected);
  });
});

describe('withoutCredentials', () => {
  it.each([
    ['https://github.com/acme/a', 'https://github.com/acme/a'],
    ['https://x:se@cret@github.com/acme/a', 'https://github.com/acme/a'],
    ['HTTPS://token@github.com/acme/a@b', 'HTTPS://github.com/acme/a@b'],
    ['ssh://git@github.com/acme/a', 'ssh://git@github.com/acme/a'],
    ['ssh://git:secret@github.com:22/acme/a', 'ssh://git@github.com:22/acme/a'],
    ['git@github.com:acme/a', 'git@github.com:acme/a'],
  ])('%s', (url, expected) => expect(withoutCredentials(url)).toBe(expected));
});

describe('compareURL', () => {
  it.each([
    ['https://github.com/acme/a', 'https://github.com/acme/a/compare/1...2'],
    ['https://gitlab.com/a/b/c', 'https://gitlab.com/a/b/c/compare/1...2'],
    ['https://bitbucket.org/acme/a', 'https://bitbucket.org/acme/a/branches/compare/2..1'],
    [
      'https://git.acme.dev/scm/P/a.git',
      'https://git.acme.dev/projects/P/repos/a/compare/commits?sourceBranch=2&targetBranch=1',
    ],
    [
      'https://dev.azure.com/acme/p/_git/a',
      'https://dev.azure.com/acme/p/_git/a/branchCompare?baseVersion=GC1&targetVersion=GC2',
    ],
  ])('%s', (url, expected) => {
    const repository = parseRepository(url);
    expect(repository && compareURL(repository, '1', '2')).toBe(expected);
  });
});
