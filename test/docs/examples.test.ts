import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { getKey, isObject, type Json } from '../../plugin/resources/json.ts';
import { validate as config } from '../../plugin/schemas/config.validate.generated.js';
import { validate as lock } from '../../plugin/schemas/lock.validate.generated.js';
import { validate as notifications } from '../../plugin/schemas/notifications.validate.generated.js';
import { validate as policy } from '../../plugin/schemas/policy.validate.generated.js';
import { readYaml } from '../../plugin/yaml/read.ts';

const validators: Record<string, ((value: unknown) => boolean) | undefined> = {
  Waybill: config,
  Policy: policy,
  ImageLock: lock,
  Notifications: notifications,
};

const pages = readdirSync('docs', { recursive: true, encoding: 'utf8' });
/** Every YAML example in the documentation that is a whole file of ours. */
const examples = [...readdirSync('.'), ...pages.map((name) => `docs/${name}`)]
  .filter((file) => file.endsWith('.md'))
  .flatMap((file) => {
    const blocks = readFileSync(file, 'utf8').matchAll(/^```yaml\n([\s\S]*?)^```$/gmu);
    return [...blocks].flatMap(([, text = '']) =>
      text.includes('apiVersion: waybill.dev/v1') ? [{ file, text }] : [],
    );
  })
  .flatMap(({ file, text }) => readYaml(text, { file, duplicateKeys: 'error' }).map(({ value }) => ({ file, value })))
  .flatMap(({ file, value }): { file: string; kind: string; value: Json }[] => {
    const kind = isObject(value) ? getKey(value, 'kind') : undefined;
    return typeof kind === 'string' && validators[kind] ? [{ file, kind, value }] : [];
  });

describe('examples in the documentation', () => {
  it('are found', () => {
    expect(examples.map(({ file, kind }) => `${file} ${kind}`)).toEqual(
      expect.arrayContaining([
        'docs/configuration.md Waybill',
        'docs/policy.md Policy',
        'docs/notifications/README.md Notifications',
      ]),
    );
  });

  it.each(examples)('$kind in $file has the shape of its schema', ({ kind, value }) => {
    const validate = validators[kind];
    expect(validate?.(value)).toBe(true);
  });
});
