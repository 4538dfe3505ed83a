/**
 * From the text of notifications.yaml to the manifest that is applied, with the warnings that belong to it.
 */
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { readSettings } from '../checking/settings.ts';
import { readNotificationsConfig } from './config.ts';
import { type Format, formats } from './formats/formats.ts';
import { generate } from './generate.ts';
import { merge } from './merge.ts';
import { leftBehind } from './own-manifest.ts';
import { checkSize } from './size.ts';
import { withoutTrust } from './trust.ts';

/** A file and its text. */
export interface NamedText {
  readonly file: string;
  readonly text: string;
}

/** What is written, and what to say about it. */
export interface Product {
  readonly text: string;
  readonly warnings: readonly Diagnostic[];
}

/**
 * @param own a ConfigMap (or chart values) of the operator's whose settings are kept
 * @throws Failure of reading and checking both, `config-…`, `notifications-…`
 */
export function makeProduct({ text, file }: NamedText, own: NamedText | undefined, format: Format): Product {
  const config = readNotificationsConfig(text, file);
  const made = generate(config);
  const kept = own === undefined ? undefined : readSettings(own.text, own.file);
  const settings = kept === undefined ? made : merge(made, kept);
  const product = formats.write(format, settings, kept);
  const warnings = [kept && leftBehind(kept, format), checkSize(settings, product), withoutTrust(config, file)];
  return { text: product, warnings: warnings.filter((one) => one !== undefined) };
}
