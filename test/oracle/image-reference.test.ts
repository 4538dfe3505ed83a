import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { formatReference, parseReference, registryOf } from '../../plugin/references/reference.ts';
import { type Oracle, startOracle } from '../tools/oracle.ts';

let oracle: Oracle;
beforeAll(async () => {
  oracle = await startOracle();
});
afterAll(() => oracle.close());

const sha256 = `sha256:${'0123456789abcdef'.repeat(4)}`;
const sha512 = `sha512:${'0123456789abcdef'.repeat(8)}`;

/** What we read, in the oracle's shape; null when we refuse. */
function ours(text: string): unknown {
  const read = parseReference(text);
  if (!read) return null;
  const { name, tag, digest } = read;
  return { name, registry: registryOf(read), ...(tag ? { tag } : {}), ...(digest ? { digest } : {}) };
}

/**
 * What the Go library reads; null when it refuses. What it gives no registry (`a_b.dev/c`: the host has an underscore,
 * so all of it becomes the path) no runtime can pull: we refuse it.
 */
async function theirs(text: string): Promise<unknown> {
  const { result, error } = await oracle.ask({ op: 'image-reference', text });
  const withoutRegistry =
    typeof result === 'object' && result !== null && 'registry' in result && result.registry === '';
  return error === undefined && !withoutRegistry ? result : null;
}

const table = [
  'nginx',
  'nginx:1.27',
  `nginx@${sha256}`,
  `nginx:1.27@${sha256}`,
  'docker.io/nginx',
  'docker.io/library/nginx',
  'index.docker.io/nginx',
  'index.docker.io/library/nginx',
  'acme/user-service',
  'ghcr.io/acme/user-service:sha-1',
  'localhost/a',
  'localhost:5000',
  'localhost:5000/a:1',
  'registry:5000/a/b/c:1',
  'REGISTRY/a',
  'Registry.Acme.dev/a',
  '[::1]:5000/a',
  '[::1]/a:b',
  '127.0.0.1:80/a',
  'a__b/c--d/e.f',
  'a___b',
  'a..b',
  'a/-b',
  'a_/b',
  'A',
  'ghcr.io/Acme/a',
  'a:B',
  'a:.b',
  'a:-b',
  `a:${'t'.repeat(128)}`,
  `a:${'t'.repeat(129)}`,
  'a:',
  'a@',
  ':1',
  '@sha256:1',
  '',
  ' nginx',
  'nginx ',
  'nginx\n',
  'a b',
  'a@sha256:abc',
  `a@${sha512}`,
  `a@${sha256.toUpperCase()}`,
  `a@${sha256}0`,
  `a@md5:${'0'.repeat(32)}`,
  `a@sha512:${'0'.repeat(64)}`,
  `a@${sha256}@${sha256}`,
  'a:1:2',
  'http://a/b',
  'oci://ghcr.io/a/b',
  '/a',
  'a/',
  'a//b',
  'ä/b',
  'a.dev/ä',
  'a'.repeat(64),
  `${'a'.repeat(64)}:1`,
  'a'.repeat(63),
  `ghcr.io/${'a/'.repeat(127)}a`,
  `ghcr.io/${'a/'.repeat(128)}a`,
  '-a.dev/b',
  'a-.dev/b',
  'a.dev:/b',
  'a.dev:x/b',
  'a.dev:080/b',
  'a_b.dev/c',
  '$(IMAGE)',
  'USER_SERVICE_IMAGE',
];

it.each(table)('reads %j as container runtimes do', async (text) => {
  expect(ours(text)).toEqual(await theirs(text));
});

it('reads generated references as container runtimes do', async () => {
  const piece = fc.constantFrom(
    'a',
    'b1',
    'A',
    '0',
    '-',
    '_',
    '__',
    '.',
    '/',
    ':',
    '@',
    '5000',
    'localhost',
    'docker.io',
    'library',
    '[::1]',
    'index.docker.io',
    sha256,
    sha512,
    'sha256:',
    'f'.repeat(64),
    'é',
    ' ',
  );
  const text = fc.array(piece, { maxLength: 9 }).map((pieces) => pieces.join(''));
  const likely = fc
    .tuple(
      fc.constantFrom('', 'a.dev/', 'A/', 'localhost/', 'h:1/', 'docker.io/', 'library/'),
      fc.constantFrom('a', 'a/b', 'a-b_c/d.e', 'library/x', 'a--b'),
      fc.constantFrom('', ':1', ':v_1.2-x', ':'),
      fc.constantFrom('', `@${sha256}`, `@${sha512}`, '@x'),
    )
    .map((parts) => parts.join(''));
  const either = fc.oneof(text, likely);
  await fc.assert(
    fc.asyncProperty(either, async (text) => {
      expect(ours(text)).toEqual(await theirs(text));
    }),
    { numRuns: 3000 },
  );
});

it('writes what it read', () => {
  const read = table.flatMap((text) => {
    const reference = parseReference(text);
    return reference ? [[text, formatReference(reference)] as const] : [];
  });
  expect(read.length).toBeGreaterThan(20);
  for (const [text, written] of read) expect(written).toBe(text);
});
