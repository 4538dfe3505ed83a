/**
 * `overlays`: from what people write to what plugin/overlays applies, in the order in which they apply.
 */
import { attemptAll, failure } from '../diagnostics/failure.ts';
import { isArray, type Json } from '../resources/json.ts';
import type { Operation, Overlay, Target } from '../resources/overlay.ts';
import type { Path } from '../resources/pointer.ts';
import type { Config, ConfigOverlay } from '../schemas/config.generated.ts';
import { validate } from '../schemas/config.validate.generated.js';
import { check } from '../schemas/problems.ts';
import type { Application } from './application.ts';
import { type AuthoredDocument, readAuthored } from './document.ts';
import type { Expander } from './expander.ts';
import { environmentOf } from './inheritance.ts';
import { filesOf, pathEntry } from './paths.ts';

const TERMS = ['group', 'version', 'kind', 'name', 'namespace', 'labelSelector', 'annotationSelector'] as const;

function targetOf(expander: Expander, document: AuthoredDocument, path: Path, overlay: ConfigOverlay): Target {
  const target: { -readonly [Term in keyof Target]: Target[Term] } = {};
  for (const term of TERMS) {
    const text = overlay.target?.[term];
    if (text !== undefined) target[term] = expander.text(document, [...path, 'target', term], text);
  }
  return target;
}

function operationOf(expander: Expander, document: AuthoredDocument, path: Path, overlay: ConfigOverlay): Operation {
  if (overlay.merge) return { kind: 'merge', value: expander.object(document, [...path, 'merge'], overlay.merge) };
  if (overlay.patch) {
    const operations = overlay.patch.map((operation, index) => {
      const at = [...path, 'patch', index];
      return {
        op: operation.op,
        path: expander.text(document, [...at, 'path'], operation.path),
        ...(operation.from === undefined ? {} : { from: expander.text(document, [...at, 'from'], operation.from) }),
        ...(operation.value === undefined ? {} : { value: expander.json(document, [...at, 'value'], operation.value) }),
      };
    });
    return { kind: 'patch', operations };
  }
  if (overlay.set) {
    const fields = Object.entries(overlay.set).map(([field, value]): [string, Json] => [
      field,
      expander.json(document, [...path, 'set', field], value ?? null),
    ]);
    return { kind: 'set', fields };
  }
  return { kind: 'remove' };
}

function overlayOf(expander: Expander, document: AuthoredDocument, path: Path, overlay: ConfigOverlay): Overlay {
  return {
    ...(overlay.name === undefined ? {} : { name: expander.text(document, [...path, 'name'], overlay.name) }),
    get location() {
      return document.locate(path);
    },
    target: targetOf(expander, document, path, overlay),
    optional: overlay.optional ?? false,
    operation: operationOf(expander, document, path, overlay),
    locate: (inside, what?: 'key' | 'value') => document.locate([...path, ...inside], what),
  };
}

/** The overlays of an overlay file: each document is one overlay or a list of them. */
function readOverlayFile(application: Application, expander: Expander, file: string): Overlay[] {
  const documents = readAuthored(application.tree, file, application.limits);
  if (documents.length === 0) {
    throw failure('config-invalid', 'the overlay file is empty', {
      location: { file },
      help: ['It must contain one overlay, or a list of them.'],
    });
  }
  return attemptAll(documents, (document) => {
    const list = isArray(document.value);
    const overlays = isArray(document.value) ? document.value : [document.value];
    // Inside waybill.yaml's shape, so that there is one schema for both; the first two parts of the path are ours.
    const whole: Json = { apiVersion: 'waybill.dev/v1', kind: 'Waybill', overlays };
    const inside = (path: Path): Path => (list ? path.slice(1) : path.slice(2));
    const config = check<Config>(
      validate,
      whole,
      (path, what) => document.locate(inside(path), what),
      'config-invalid',
    );
    return attemptAll(config.overlays ?? [], (overlay, index) => {
      const path = list ? [index] : [];
      if (overlay.file !== undefined) {
        throw failure('config-invalid', 'an overlay file cannot refer to further files', {
          location: document.locate([...path, 'file'], 'key'),
          help: ['Name them in waybill.yaml.'],
        });
      }
      return overlayOf(expander, document, path, overlay);
    });
  }).flat();
}

/** Every list of overlays that applies to the last environment of `lineage`, in order, with its place in waybill.yaml. */
export function overlayLists(application: Application, lineage: readonly string[]): [Path, readonly ConfigOverlay[]][] {
  return [
    [['overlays'], application.config.overlays ?? []],
    ...lineage.map((name): [Path, readonly ConfigOverlay[]] => [
      ['environments', name, 'overlays'],
      environmentOf(application, name).overlays ?? [],
    ]),
  ];
}

/**
 * All overlays in the order in which they apply: those of all environments, the ancestors', the environment's own;
 * `file` overlays are replaced by what the files hold. Failures of every overlay together.
 */
export function resolveOverlays(application: Application, lineage: readonly string[], expander: Expander): Overlay[] {
  const authored = overlayLists(application, lineage).flatMap(([path, overlays]) =>
    overlays.map((overlay, index) => ({ path: [...path, index], overlay })),
  );
  return attemptAll(authored, ({ path, overlay }) => {
    if (overlay.file === undefined) return [overlayOf(expander, application.document, path, overlay)];
    const entry = pathEntry(application, expander, [...path, 'file'], overlay.file);
    return attemptAll(filesOf(application, entry), (file) => readOverlayFile(application, expander, file)).flat();
  }).flat();
}
