/**
 * The images of a preview: what CI pushes for the head commit of the pull request. Where the operator's policy lets a
 * render ask their registry, they run by digest, and an image that is not pushed yet is an error that says so: Argo CD
 * keeps what ran before, and pods do not wait for an image that may never come.
 */
import type { DeclaredImage, Preview } from '../config/environment.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { Failure } from '../diagnostics/failure.ts';
import type { ImageLock } from '../lock/lock.ts';
import { matchesImage } from '../policy/patterns.ts';
import type { Policy } from '../policy/policy.ts';
import type { ImageOverride } from '../references/override.ts';
import { nameKey } from '../references/reference.ts';
import type { ImageDecision, ImageDecisions } from './decisions.ts';
import type { UndecidedImage } from './resolve.ts';

/** The images of the pull request whose registry may be asked, and that no override decides, as the registry is asked. */
export function askable(
  { images }: Preview,
  declared: readonly DeclaredImage[],
  policy: Policy,
  overrides: readonly ImageOverride[],
): readonly UndecidedImage[] {
  const overridden = new Set(overrides.map(({ name }) => nameKey(name)));
  return images.flatMap(({ image: name, tag, location }): UndecidedImage[] => {
    const image = declared.find((one) => one.name === name);
    const key = nameKey(name);
    const mayAsk = policy.registries.ask.some((host) => matchesImage(host, key));
    if (!image || !mayAsk || overridden.has(key)) return [];
    return [{ image, strategy: { kind: 'digest', tag, platforms: [], locate: () => location } }];
  });
}

/** What runs, by {@link nameKey}; `asked` holds what registries said. */
export function previewAnswers({ images, pullRequest }: Preview, asked: ImageDecisions | undefined): ImageDecisions {
  const { number, branch, commit } = pullRequest;
  return new Map(
    images.map(({ image, sourceRepository, tag, location }): [string, ImageDecision] => {
      const key = nameKey(image);
      const { digest, source: labelled } = asked?.get(key) ?? {};
      // A shortened commit is none; the image's own labels may say the whole.
      const full = commit.length === 40 ? { repository: sourceRepository, commit } : labelled;
      const source = full && { ...full, ref: `refs/heads/${branch}`, pullRequest: number };
      const cause = { kind: 'override', label: `pull request ${number}`, location } as const;
      return [key, { tag, digest, source, cause, location }];
    }),
  );
}

/** Entries of the preview's lock that have no effect: the pull request decides about these images. */
export function unusedLocks({ images }: Preview, lock: ImageLock | undefined): readonly Diagnostic[] {
  const decided = new Set(images.map(({ image }) => nameKey(image)));
  return (lock?.images ?? [])
    .filter(({ name }) => decided.has(nameKey(name)))
    .map((entry) => ({
      severity: 'warning',
      code: 'preview-lock',
      message: `the entry for ${entry.name} has no effect: a preview runs the image of the pull request's head commit`,
      location: entry.locate('name'),
      help: ['Take the entry out. The lock of a preview is for images of other repositories.'],
    }));
}

/** What a registry's "not found" means for a preview; other errors stay as they are. */
export function notPushed({ images, pullRequest }: Preview, error: unknown): unknown {
  if (!(error instanceof Failure)) return error;
  return new Failure(
    error.diagnostics.map((diagnostic): Diagnostic => {
      if (diagnostic.code !== 'registry-not-found') return diagnostic;
      const missing = images.map(({ image, tag }) => `${image}:${tag}`).join(', ');
      return {
        ...diagnostic,
        code: 'preview-image',
        message: `the head commit of pull request ${pullRequest.number} has no image yet: ${diagnostic.message}`,
        help: [
          `CI pushes ${missing}; Argo CD renders again within minutes.`,
          'What the preview ran before stays. Look at the pull request when its build has failed.',
        ],
      };
    }),
  );
}
