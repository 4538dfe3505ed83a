/**
 * Preview environments: an environment with `preview` renders one pull request at a time. Number, branch and head commit
 * come with each render, from Argo CD's pull-request generator or the command line.
 */
import { attemptAll, failure } from '../diagnostics/failure.ts';
import { listNames } from '../diagnostics/suggest.ts';
import { parseRepository } from '../record/repository.ts';
import type { Entry } from '../templates/scope.ts';
import { slug } from '../templates/slug.ts';
import type { Application } from './application.ts';
import type { DeclaredImage, Preview, PullRequest } from './environment.ts';
import type { Expander } from './expander.ts';
import { environmentOf, lineage } from './inheritance.ts';
import { type PartialContext, resolvePartial } from './partial.ts';

/** What a pull request is given as. `example`: none is, and one is made up, for commands that only check files. */
export type GivenPullRequest = Readonly<Record<string, string>> | 'example';

const EXAMPLE: PullRequest = { number: 1, branch: 'example', commit: '0'.repeat(40) };

/** Git's own limit is that of a file name for each part; GitHub refuses more than 250 bytes. */
const MAX_BRANCH = 1000;

const fields: Readonly<Record<keyof PullRequest, { readonly pattern: RegExp; readonly expected: string }>> = {
  number: { pattern: /^[1-9][0-9]{0,14}$/u, expected: "the pull request's number" },
  branch: {
    // A line break in a branch could only come from somebody who tries something: git allows no control characters.
    pattern: new RegExp(`^\\P{Cc}{1,${MAX_BRANCH}}$`, 'u'),
    expected: `the name of its branch, at most ${MAX_BRANCH} characters`,
  },
  // Bitbucket Cloud lists pull requests with the first 12 digits.
  commit: { pattern: /^([0-9a-f]{12}|[0-9a-f]{40})$/u, expected: 'its head commit, 40 hexadecimal digits (or 12)' },
};

const HELP = [
  'On the command line: --preview number=12 --preview branch=feature/x --preview commit=<40 digits>.',
  'In Argo CD the parameter preview, a map; the pull-request generator has them as number, branch and head_sha.',
];

function isField(name: string): name is keyof PullRequest {
  return Object.hasOwn(fields, name);
}

/**
 * The pull request that the parameter `preview` or `--preview` gives.
 * @throws Failure `preview-parameter` for everything that is missing, unknown or malformed
 */
function readPullRequest(given: Readonly<Record<string, string>>): PullRequest {
  const names = [...new Set([...Object.keys(fields), ...Object.keys(given)])];
  attemptAll(names, (name) => {
    if (!isField(name)) {
      throw failure('preview-parameter', `a pull request has no ${JSON.stringify(name)}`, {
        help: [`It has: ${listNames(Object.keys(fields))}.`],
      });
    }
    const { pattern, expected } = fields[name];
    const value = given[name];
    if (value !== undefined && pattern.test(value)) return;
    const what = value === undefined || value === '' ? 'is not given' : `is ${JSON.stringify(value.slice(0, 80))}`;
    throw failure('preview-parameter', `${name} of the pull request ${what}; expected ${expected}`, { help: HELP });
  });
  const { number = '', branch = '', commit = '' } = given;
  return { number: Number(number), branch, commit };
}

/** The environment that says `preview`: this one, or the nearest that it extends. */
function declaring(application: Application, names: readonly string[]): string | undefined {
  return names.findLast((name) => environmentOf(application, name).preview !== undefined);
}

/** Whether an environment renders pull requests. */
export function isPreview(application: Application, environment: string): boolean {
  return declaring(application, lineage(application, environment)) !== undefined;
}

/**
 * The pull request to render; undefined for an environment that is no preview.
 * @param names the environment's lineage, itself last
 * @throws Failure `preview-parameter` when one is given to another environment, or none to a preview
 */
export function pullRequestOf(
  application: Application,
  names: readonly string[],
  given: GivenPullRequest | undefined,
): PullRequest | undefined {
  const environment = names.at(-1) ?? '';
  const declared = declaring(application, names);
  if (declared === undefined) {
    if (given === undefined || given === 'example') return undefined;
    throw failure('preview-parameter', `a pull request is given, but environment ${environment} is no preview`, {
      location: application.document.locate(['environments', environment], 'key'),
      help: ['Choose an environment that has preview in waybill.yaml, or leave the pull request out.'],
    });
  }
  if (given === 'example') return EXAMPLE;
  if (given === undefined) {
    throw failure('preview-parameter', `environment ${environment} renders pull requests, and none is given`, {
      location: application.document.locate(['environments', declared, 'preview'], 'key'),
      help: HELP,
    });
  }
  return readPullRequest(given);
}

/** `preview.…` as the templates of a preview name it; nothing for other environments. `host` depends on `domain`, which is a template itself: expanded when asked. */
export function previewEntries(
  application: Application,
  names: readonly string[],
  pullRequest: PullRequest | undefined,
  domain: () => string | undefined,
): readonly (readonly [string, Entry])[] {
  if (declaring(application, names) === undefined) return [];
  const label = pullRequest && slug(pullRequest.branch);
  const unset = 'It is there when a pull request is rendered.';
  const host = (): string | undefined => {
    const below = label === undefined ? undefined : domain();
    return below === undefined ? undefined : `${label}.${below}`;
  };
  return [
    ['preview.number', { value: () => pullRequest?.number, unset }],
    ['preview.branch', { value: () => pullRequest?.branch, unset }],
    ['preview.commit', { value: () => pullRequest?.commit, unset }],
    ['preview.slug', { value: () => label, unset }],
    ['preview.host', { value: host, unset: `${unset} Its domain is preview.domain.` }],
  ];
}

/** `preview.domain` with its templates expanded, or undefined. Failures `template-…`, `config-invalid`. */
export function previewDomain(
  application: Application,
  names: readonly string[],
  expander: Expander,
): string | undefined {
  const name = declaring(application, names);
  const written = name === undefined ? undefined : environmentOf(application, name).preview?.domain;
  if (name === undefined || written === undefined) return undefined;
  const path = ['environments', name, 'preview', 'domain'];
  const domain = expander.text(application.document, path, written);
  // The slug takes up to 63 characters and a dot.
  if (
    domain.length <= 189 &&
    /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?(\.[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?)*$/u.test(domain)
  )
    return domain;
  throw failure('config-invalid', `${JSON.stringify(domain)} cannot be a domain of previews`, {
    location: application.document.locate(path),
    help: ['It has lower-case letters, digits, hyphens and dots, at most 189 characters, such as preview.acme.dev.'],
  });
}

function repositoryKey(url: string): string {
  return parseRepository(url)?.webURL.toLowerCase() ?? url;
}

/**
 * The preview: the pull request, and which tag each image of its repository has.
 * @throws Failure `config-invalid` when no image can be of a pull request, or it is not clear of which repository;
 *   those of {@link resolvePartial}
 */
export function resolvePreview(
  application: Application,
  names: readonly string[],
  pullRequest: PullRequest | undefined,
  images: readonly DeclaredImage[],
  { expander, ...places }: Pick<PartialContext, 'expander' | 'namespace' | 'expanderOf'>,
): Preview | undefined {
  const name = declaring(application, names);
  if (pullRequest === undefined || name === undefined) return undefined;
  const { document } = application;
  const built = images.flatMap(({ name: image, sourceRepository, commitFromTag, location }) =>
    sourceRepository === undefined || commitFromTag === undefined
      ? []
      : [{ image, sourceRepository, tag: commitFromTag.replace('{commit}', pullRequest.commit), location }],
  );
  const written = environmentOf(application, name).preview?.sourceRepository;
  const path = ['environments', name, 'preview', 'sourceRepository'];
  const wanted = written === undefined ? undefined : repositoryKey(expander.text(document, path, written));
  const repositories = [...new Set(built.map(({ sourceRepository }) => repositoryKey(sourceRepository)))];
  const ofPullRequest =
    wanted === undefined ? built : built.filter((one) => repositoryKey(one.sourceRepository) === wanted);
  if (ofPullRequest.length === 0) {
    throw failure('config-invalid', 'no image is built from the pull requests of this preview', {
      location: document.locate(wanted === undefined ? ['environments', name, 'preview'] : path, 'key'),
      help: [
        'Give an image sourceRepository and commitFromTag under images, such as commitFromTag: sha-{commit}.',
        ...(repositories.length > 0 ? [`Images have: ${repositories.join(', ')}.`] : []),
      ],
    });
  }
  if (wanted === undefined && repositories.length > 1) {
    throw failure('config-invalid', 'the images are of several source repositories, and pull requests of one', {
      location: document.locate(['environments', name, 'preview'], 'key'),
      help: [`Name it as preview.sourceRepository: one of ${repositories.join(', ')}.`],
    });
  }
  const partial = environmentOf(application, name).preview?.partial;
  return {
    pullRequest,
    images: ofPullRequest,
    partial:
      partial &&
      resolvePartial(application, partial, {
        ...places,
        declaring: name,
        pullRequest,
        expander,
        domain: previewDomain(application, names, expander),
        isPreview: (environment) => isPreview(application, environment),
      }),
  };
}
