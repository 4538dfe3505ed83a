import { describe, expect, it } from 'vitest';
import type { ConfigImage } from '../schemas/config.generated.ts';
import { printImages, writeImages } from './write.ts';

const images: ConfigImage[] = [
  { name: 'docker.io/library/nginx', strategy: 'semver', constraint: '^1.2', platforms: ['linux/amd64'] },
  { name: 'ghcr.io/acme/a', strategy: 'newest-build', allowTags: '^main-' },
];

it('prints images as they stand in waybill.yaml', () => {
  expect(printImages(images, undefined)).toBe(`images:
- name: docker.io/library/nginx
  strategy: semver
  constraint: ^1.2
  platforms:
  - linux/amd64
- name: ghcr.io/acme/a
  strategy: newest-build
  allowTags: ^main-
`);
  expect(printImages(images.slice(1), 'staging')).toBe(`environments:
  staging:
    images:
    - name: ghcr.io/acme/a
      strategy: newest-build
      allowTags: ^main-
`);
});

it('makes a waybill.yaml', () => {
  expect(writeImages(undefined, 'waybill.yaml', images.slice(1), undefined, false)).toBe(
    `apiVersion: waybill.dev/v1\nkind: Waybill\n${printImages(images.slice(1), undefined)}`,
  );
});

it('changes entries in place and adds the others', () => {
  const text = `# what we run
apiVersion: waybill.dev/v1
kind: Waybill
images:
  - name: nginx # the proxy
    sourceRepository: https://github.com/acme/nginx # ours
    strategy: digest # it moves
    tag: main
environments:
  staging: {}
`;
  expect(writeImages(text, 'waybill.yaml', images, undefined, true)).toBe(`# what we run
apiVersion: waybill.dev/v1
kind: Waybill
images:
  - name: nginx # the proxy
    sourceRepository: https://github.com/acme/nginx # ours
    strategy: semver # it moves
    constraint: ^1.2
    platforms:
      - linux/amd64
  - name: ghcr.io/acme/a
    strategy: newest-build
    allowTags: ^main-
environments:
  staging: {}
`);
  const environment = writeImages(text, 'waybill.yaml', images.slice(1), 'staging', false);
  expect(environment).toBe(
    text.replace(
      'staging: {}',
      `staging:
    images:
      - name: ghcr.io/acme/a
        strategy: newest-build
        allowTags: ^main-`,
    ),
  );
  expect(writeImages(environment, 'waybill.yaml', images.slice(1), 'staging', false)).toBe(environment);
});

describe('an entry with a strategy of its own', () => {
  const text =
    'apiVersion: waybill.dev/v1\nkind: Waybill\nimages:\n  - name: r.dev/a\n    strategy: semver\n    constraint: "^1"\n';
  const imported = [{ name: 'r.dev/a', strategy: 'newest-build' as const }];

  it('stays, unless it is to be replaced', () => {
    expect(() => writeImages(text, 'waybill.yaml', imported, undefined, false)).toThrow(
      'r.dev/a has strategy, constraint of its own in waybill.yaml',
    );
    expect(writeImages(text, 'waybill.yaml', imported, undefined, true)).toBe(
      text.replace('semver\n    constraint: "^1"', 'newest-build'),
    );
    const same = [{ name: 'r.dev/a', strategy: 'semver' as const, constraint: '^1' }];
    expect(writeImages(text, 'waybill.yaml', same, undefined, false)).toBe(text);
  });
});
