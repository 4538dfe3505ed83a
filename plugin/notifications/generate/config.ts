/**
 * notifications.yaml: read, checked by its schema, and by what the schema cannot say.
 */
import { Failure, failure } from '../../diagnostics/failure.ts';
import type { NotificationsFile } from '../../schemas/notifications.generated.ts';
import { validate } from '../../schemas/notifications.validate.generated.js';
import { type Locate, schemaProblems } from '../../schemas/problems.ts';
import { readYaml } from '../../yaml/read.ts';
import { checkReadings } from '../../yaml/two-readings.ts';
import { mistakes } from './mistakes.ts';
import { withoutPastedSecrets, withoutSecretLines } from './pasted-secrets.ts';
import { unusableTexts } from './unusable-texts.ts';

/** A configuration and where its parts are written. */
export interface NotificationsConfig {
  readonly file: NotificationsFile;
  readonly locate: Locate;
}

/** Reads notifications.yaml. Failure `notifications-config` with every mistake, located; `yaml-syntax`. */
export function readNotificationsConfig(text: string, file: string): NotificationsConfig {
  const [document, second] = readYaml(text, { file, duplicateKeys: 'error' });
  checkReadings(text, file);
  if (!document || second) {
    throw failure('notifications-config', document ? 'there is a second document' : 'the file is empty', {
      location: { file, line: second?.line ?? 1 },
      help: ['A notifications file is one document of kind Notifications: see docs/notifications/configuration.md.'],
    });
  }
  const locate: Locate = (path, what) => document.locate(path, what);
  const { value, problems } = withoutPastedSecrets(document.value, locate);
  const checked = validate(value);
  const found = checked
    ? [...unusableTexts(value, locate), ...mistakes(value, locate)]
    : schemaProblems(validate.errors ?? [], value, locate, 'notifications-config');
  if (!checked || problems.length + found.length > 0) {
    throw new Failure(withoutSecretLines([...problems, ...found], problems));
  }
  return { file: value, locate };
}
