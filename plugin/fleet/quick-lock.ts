/**
 * Reads a lock of the past in the one form that Waybill writes, which is a hundred times faster than reading YAML: a
 * history has thousands. A lock in any other form is left to the real reader.
 */
import type { LockedImage } from '../lock/lock.ts';

/** An entry of a past lock. */
export type PastImage = Omit<LockedImage, 'locate'>;

const line = /^(?<indent> *)(?:- )?(?<key>[A-Za-z]+):(?: (?<value>.*))?$/u;
const plain = /^[A-Za-z0-9][A-Za-z0-9_./:@+~?&=%-]*$/u;
/** Plain words that YAML reads as something else than text. */
const notText =
  /^(?:true|false|null|yes|no|on|off|y|n|[-+]?[0-9][0-9_]*(?:\.[0-9_]*)?(?:e[-+]?[0-9]+)?|0[xob][0-9a-f_]+|[0-9:.]+)$/iu;

const keys: ReadonlySet<string> = new Set(['name', 'newName', 'tag', 'digest']);
const sourceKeys: ReadonlySet<string> = new Set(['repository', 'commit', 'ref', 'pullRequest', 'run', 'version']);

function valueOf(text: string, key: string): string | number | undefined {
  if (key === 'pullRequest') return /^[1-9]\d{0,8}$/u.test(text) ? Number(text) : undefined;
  if (/^"[^"\\\p{Cc}]*"$/u.test(text)) return text.slice(1, -1);
  return plain.test(text) && !text.endsWith(':') && !notText.test(text) ? text : undefined;
}

interface Building {
  readonly image: Map<string, string | number>;
  readonly source: Map<string, string | number>;
}

function built({ image, source }: Building): PastImage | undefined {
  const name = image.get('name');
  const [repository, commit] = [source.get('repository'), source.get('commit')];
  if (typeof name !== 'string') return undefined;
  if (
    source.size > 0 &&
    (typeof repository !== 'string' || typeof commit !== 'string' || !/^[0-9a-f]{40}$/u.test(commit))
  )
    return undefined;
  const made = Object.fromEntries(image);
  return source.size === 0
    ? { ...made, name }
    : {
        ...made,
        name,
        source: { ...Object.fromEntries(source), repository: String(repository), commit: String(commit) },
      };
}

/** The images; undefined for a lock in another form. */
export function quickImages(text: string): PastImage[] | undefined {
  const found: Building[] = [];
  let current: Building | undefined;
  let isInSource = false;
  let isInImages = false;
  let margin = '';
  for (const one of text.split('\n')) {
    if (one === '') continue;
    const { indent = '', key = '', value = '' } = line.exec(one)?.groups ?? {};
    if (key === '') return undefined;
    const isItem = one.startsWith('- ', indent.length);
    if (indent === '' && !isItem) {
      if (!['apiVersion', 'kind', 'environment', 'images'].includes(key)) return undefined;
      isInImages = key === 'images';
      if (isInImages ? value !== '' : value === '') return undefined;
      continue;
    }
    if (!isInImages) return undefined;
    if (isItem) {
      // Waybill begins lists at the margin; people often indent them. One file has one way.
      if (indent.length > 2 || (current !== undefined && indent !== margin)) return undefined;
      margin = indent;
      current = { image: new Map(), source: new Map() };
      found.push(current);
      isInSource = false;
    }
    if (current === undefined) return undefined;
    if (isInSource && indent === `${margin}    `) {
      const read = valueOf(value, key);
      if (read === undefined || !sourceKeys.has(key) || current.source.has(key)) return undefined;
      current.source.set(key, read);
    } else if (isItem || indent === `${margin}  `) {
      isInSource = key === 'source' && value === '';
      if (isInSource) continue;
      const read = valueOf(value, key);
      if (read === undefined || !keys.has(key) || current.image.has(key)) return undefined;
      current.image.set(key, read);
    } else return undefined;
  }
  const images = found.map(built);
  return images.some((one) => one === undefined) ? undefined : images.flatMap((one) => one ?? []);
}
