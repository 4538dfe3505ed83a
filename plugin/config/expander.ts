/**
 * Expands the templates in the parts of waybill.yaml and overlay files.
 */
import { failure } from '../diagnostics/failure.ts';
import { isArray, isObject, type Json, type MutableJsonObject, setKey } from '../resources/json.ts';
import type { Path } from '../resources/pointer.ts';
import { expand, isTemplate } from '../templates/expand.ts';
import type { Scalar, Scope } from '../templates/scope.ts';
import type { AuthoredDocument } from './document.ts';

/** All texts of one environment together: a small file must not expand to one that fills the memory. */
const MAX_EXPANDED = 32 * 1024 * 1024;

/** Expands templates over one scope. */
export class Expander {
  readonly #scope: Scope;
  #expanded = 0;

  constructor(scope: Scope) {
    this.#scope = scope;
  }

  #scalar(document: AuthoredDocument, path: Path, template: string): Scalar {
    const value = expand(template, this.#scope, document.where(path));
    if (typeof value === 'string') this.#expanded += value.length;
    if (this.#expanded > MAX_EXPANDED) {
      throw failure('template-too-long', `the texts of one environment have more than ${MAX_EXPANDED} characters`, {
        location: document.locate(path),
      });
    }
    return value;
  }

  /** A field that is text whatever its expression's type: a number becomes its digits. */
  text(document: AuthoredDocument, path: Path, template: string): string {
    return isTemplate(template) ? String(this.#scalar(document, path, template)) : template;
  }

  /** A value of any shape: every text in it is expanded, keys are not. What holds no template is passed on as it is. */
  json(document: AuthoredDocument, path: Path, value: Json): Json {
    if (typeof value === 'string') return isTemplate(value) ? this.#scalar(document, path, value) : value;
    if (isArray(value)) {
      const items = value.map((item, index) => this.json(document, [...path, index], item));
      return items.some((item, index) => item !== value[index]) ? items : value;
    }
    if (!isObject(value)) return value;
    const made: MutableJsonObject = {};
    let changed = false;
    for (const [key, item] of Object.entries(value)) {
      const expanded = this.json(document, [...path, key], item ?? null);
      changed ||= expanded !== item;
      setKey(made, key, expanded);
    }
    return changed ? made : value;
  }

  /** {@link json} for a mapping. */
  object(document: AuthoredDocument, path: Path, value: Json): { readonly [key: string]: Json | undefined } {
    const expanded = this.json(document, path, value);
    return isObject(expanded) ? expanded : {};
  }
}
