/**
 * The questions that verification puts to registries, each once: the same image runs in many environments and
 * applications.
 */
import type { ImageFacts, Registry } from '../registries/registry.ts';
import { nameKey } from '../references/reference.ts';

/** The part of a registry that verification needs. */
export type Asked = Pick<Registry, 'digest' | 'image'>;

function once<Answer>(ask: (name: string, reference: string) => Promise<Answer>) {
  const answers = new Map<string, Promise<Answer>>();
  return (name: string, reference: string): Promise<Answer> => {
    const key = `${nameKey(name)} ${reference}`;
    const known = answers.get(key);
    if (known) return known;
    const answer = ask(name, reference);
    answers.set(key, answer);
    return answer;
  };
}

/**
 * The registry, remembering answers and refusals for the length of one run.
 * @param registry must not answer from a cache kept between runs: the question is whether an image is there now
 */
export function askOnce(registry: Asked): Asked {
  return {
    digest: once((name, tag) => registry.digest(name, tag)),
    image: once((name, reference): Promise<ImageFacts> => registry.image(name, reference)),
  };
}
