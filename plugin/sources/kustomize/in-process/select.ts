/**
 * The resources that a patch is for (api/resmap Select): every term is a regular expression for the whole text, and a
 * name or namespace may be the present one or the first one.
 */
import { compileSelector, type Selector } from '../../../expressions/label-selector.ts';
import { getKey, isObject } from '../../../resources/json.ts';
import type { Target } from './instructions.ts';
import { effectiveNamespace, idOf, type Item, metadataOf, originalId } from './item.ts';
import { outside } from './outside.ts';

/** What RE2 and JavaScript read alike. With more wildcards JavaScript would take very long, which RE2 never does. */
const PATTERN = /^(?:[\w/-]|\.\*?|\|)*$/u;

const MOST_WILDCARDS = 2;

function matcher(text: string): (value: string) => boolean {
  if (text === '') return () => true;
  if (!PATTERN.test(text) || text.split('*').length > MOST_WILDCARDS + 1) outside('an unusual expression in a target');
  const pattern = new RegExp(`^(?:${text})$`, 'u');
  return (value) => pattern.test(value);
}

function selector(text: string): Selector {
  try {
    return compileSelector(text);
  } catch {
    return outside('an unusual selector in a target');
  }
}

function textsOf(item: Item, field: 'labels' | 'annotations'): ReadonlyMap<string, string> {
  const values = getKey(metadataOf(item.body), field) ?? {};
  if (!isObject(values)) outside(`${field} that are no mapping`);
  return new Map(
    Object.entries(values).map(([key, value]) => [
      key,
      typeof value === 'string' ? value : outside(`${field} that are no texts`),
    ]),
  );
}

/** The resources among `items` that a target selects. */
export function selectItems(items: readonly Item[], target: Target): readonly Item[] {
  const [group, version, kind, name, namespace] = (['group', 'version', 'kind', 'name', 'namespace'] as const).map(
    (term) => matcher(target[term]),
  );
  const [labels, annotations] = [selector(target.labelSelector), selector(target.annotationSelector)];
  return items.filter((item) => {
    const [id, original] = [idOf(item), originalId(item)];
    return (
      (namespace?.(effectiveNamespace(original)) || namespace?.(effectiveNamespace(id))) &&
      (name?.(original.name) || name?.(id.name)) &&
      group?.(id.group) &&
      version?.(id.version) &&
      kind?.(id.kind) &&
      (target.labelSelector === '' || labels(textsOf(item, 'labels'))) &&
      (target.annotationSelector === '' || annotations(textsOf(item, 'annotations')))
    );
  });
}
