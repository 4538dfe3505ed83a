import { describe, expect, it } from 'vitest';
import { Failure } from '../diagnostics/failure.ts';
import { readYaml } from '../yaml/read.ts';
import config from './config.schema.json' with { type: 'json' };
import { validate } from './config.validate.generated.js';
import { check, formatPath } from './problems.ts';

/** The keys of waybill.yaml, which grows. */
const KEYS = Object.keys(config.properties).join(', ');

const HEAD = 'apiVersion: waybill.dev/v1\nkind: Waybill\n';

/** `line:column message | help`, lines counted from below the head. */
function problems(yaml: string): string[] {
  const [document] = readYaml(HEAD + yaml, { file: 'waybill.yaml', duplicateKeys: 'error' });
  if (!document) throw new Error('no document');
  try {
    check(validate, document.value, (path, what) => document.locate(path, what), 'config-invalid');
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return error.diagnostics.map(({ location, message, help }) => {
      const place = `${(location?.line ?? 0) - 2}:${location?.column}`;
      return `${place} ${message}${help ? ` | ${help.join(' ')}` : ''}`;
    });
  }
  return [];
}

describe('schema problems', () => {
  it.each<[string, string[]]>([
    ['', []],
    ['enviroments: {}\n', [`1:1 unknown key "enviroments" | Keys here: ${KEYS}. Did you mean environments?`]],
    [
      'environments: { a: { reportsAs: x } }\n',
      [
        '1:22 unknown key "reportsAs" in environments.a | Keys here: extends, reportAs, values, resources, images, overlays, preview, gates. Did you mean reportAs?',
      ],
    ],
    [
      'environments: { A: {} }\n',
      [
        '1:17 "A" is no valid name in environments | Expected: lower-case letters, digits and hyphens, at most 63 characters (y, n, yes, no, on and off are true and false in Kubernetes\' YAML: quote them).',
      ],
    ],
    ['environments: []\n', ['1:15 environments is an empty list; expected a mapping']],
    ['environments: { a: text }\n', ['1:20 environments.a is "text"; expected a mapping or nothing']],
    [
      'namespace: 12\n',
      ['1:12 namespace is the number 12; expected text | Put quotes around it, as it is written, to make it text.'],
    ],
    [
      'namespace: yes\n',
      ['1:12 namespace is the boolean true; expected text | Put it in quotes to make it text: "true".'],
    ],
    ['namespace:\n', ['1:11 namespace is empty; expected text']],
    ['namespace: ""\n', ['1:12 namespace is empty text; expected some text']],
    [
      'allowEmpty: "true"\n',
      ['1:13 allowEmpty is "true"; expected true or false | Leave the quotes out: true or false.'],
    ],
    ['images: ghcr.io/acme/x\n', ['1:9 images is "ghcr.io/acme/x"; expected a list | Begin each item with "- ".']],
    ['images: [{ sourceRepository: x }]\n', ['1:10 images[0] lacks "name"']],
    [
      'images: [{ name: x, commitFromTag: sha-commit }]\n',
      ['1:36 images[0].commitFromTag is "sha-commit"; expected text with {commit} in it once, such as sha-{commit}'],
    ],
    [
      'stamp: { resources: workload }\n',
      ['1:21 stamp.resources is "workload"; expected workloads, all or none | Did you mean workloads?'],
    ],
    ['values: { a: [1] }\n', ['1:14 values.a is a list; expected text, a number, true, false or null']],
    [
      'values: { a.b: 1 }\n',
      [
        '1:11 "a.b" is no valid name in values | Expected: a letter, then letters, digits, hyphens and underscores, at most 63 characters (y, n, yes, no, on and off are true and false in Kubernetes\' YAML: quote them).',
      ],
    ],
    ['values: { constructor: 1, toString: 2, a: 12345678901234567890 }\n', []],
    ['source: {}\n', ['1:9 source needs exactly one of manifests, kustomize, helm, external']],
    [
      'source: { manifest: base }\n',
      [
        '1:9 source needs exactly one of manifests, kustomize, helm, external | Did you mean manifests?',
        '1:11 unknown key "manifest" in source | Keys here: native, external, manifests, kustomize, helm. Did you mean manifests?',
      ],
    ],
    [
      'source: { manifests: base, helm: {} }\n',
      [
        '1:28 source has manifests and helm, which exclude each other | Give exactly one of manifests, kustomize, helm, external.',
      ],
    ],
    ['source: { manifests: [] }\n', ['1:22 source.manifests is an empty list; expected at least one item']],
    [
      'source: { manifests: [1, { a: b }] }\n',
      [
        '1:23 source.manifests[0] is the number 1; expected text | Put quotes around it, as it is written, to make it text.',
        '1:26 source.manifests[1] is a mapping; expected text',
      ],
    ],
    [
      'overlays: [{ target: {}, merge: {}, remove: true }]\n',
      [
        '1:37 overlays[0] has merge and remove, which exclude each other | Give exactly one of merge, patch, set, remove, file.',
      ],
    ],
    ['overlays: [{ merge: {} }]\n', ['1:14 overlays[0] has merge, but lacks "target"']],
    ['overlays: [{ target: {} }]\n', ['1:12 overlays[0] needs exactly one of merge, patch, set, remove, file']],
    ['overlays: [{ file: x, target: {} }]\n', ['1:23 overlays[0].target cannot be given here']],
    ['overlays: [{ target: {}, remove: false }]\n', ['1:34 overlays[0].remove is the boolean false; expected true']],
    [
      'overlays: [{ target: { kinds: x }, patch: [{ op: replce, path: a/b }] }]\n',
      [
        '1:24 unknown key "kinds" in overlays[0].target | Keys here: group, version, kind, name, namespace, labelSelector, annotationSelector. Did you mean kind?',
        '1:50 overlays[0].patch[0].op is "replce"; expected add, remove, replace, move, copy or test | Did you mean replace?',
        '1:64 overlays[0].patch[0].path is "a/b"; expected a JSON pointer: empty, or beginning with /',
      ],
    ],
    ['overlays: [{ target: {}, set: {} }]\n', ['1:31 overlays[0].set is an empty mapping; expected at least one key']],
    [`${'k'.repeat(1000)}: 1\n`, [`1:1 unknown key "${'k'.repeat(57)}..." | Keys here: ${KEYS}.`]],
    [
      `values: { ${Array.from({ length: 501 }, (_, n) => `v${n}: 1`).join(', ')} }\n`,
      ['1:9 values is a mapping; expected at most 500 keys'],
    ],
    ['"__proto__": {}\n', [`1:1 unknown key "__proto__" | Keys here: ${KEYS}.`]],
    [
      'environments: { a: { "a/~b\\"c": 1 } }\n',
      [
        '1:22 unknown key "a/~b\\"c" in environments.a | Keys here: extends, reportAs, values, resources, images, overlays, preview, gates.',
      ],
    ],
  ])('%j', (yaml, expected) => {
    expect(problems(yaml)).toEqual(expected);
  });

  it('say what a file should begin with', () => {
    const found = (text: string): string[] => {
      const [document] = readYaml(text, { file: 'f', duplicateKeys: 'error' });
      try {
        check(validate, document?.value ?? null, () => ({ file: 'f' }), 'config-invalid');
      } catch (error) {
        if (error instanceof Failure) return error.diagnostics.map(({ message }) => message);
        throw error;
      }
      return [];
    };
    expect(found('{}')).toEqual(['the file lacks "apiVersion"', 'the file lacks "kind"']);
    expect(found('apiVersion: waybill.dev/v2\nkind: Waybil')).toEqual([
      'apiVersion is "waybill.dev/v2"; expected waybill.dev/v1',
      'kind is "Waybil"; expected Waybill',
    ]);
    expect(found('- a')).toEqual(['the file is a list; expected a mapping']);
    expect(found('text')).toEqual(['the file is "text"; expected a mapping']);
  });

  it('are at most 100, however many there are', () => {
    const keys = Array.from({ length: 5000 }, (_, index) => `k${index}: 1`).join('\n');
    expect(problems(keys)).toHaveLength(100);
  });
});

describe('formatPath', () => {
  it.each([
    [['a', 'b', 0, 'c'], 'a.b[0].c'],
    [['set', 'spec.x[0]'], 'set["spec.x[0]"]'],
    [[0], '[0]'],
  ])('%j is %s', (path, expected) => {
    expect(formatPath(path)).toBe(expected);
  });
});
