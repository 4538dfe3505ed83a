/**
 * notifications.yaml: read, checked by its schema, and by what the schema cannot say.
 */
import { Failure, failure } from '../../diagnostics/failure.ts';
import type { NotificationsFile } from '../../schemas/notifications.generated.ts';
import { validate } from '../../schemas/notifications.validate.generated.js';
import { check, type Locate } from '../../schemas/problems.ts';
import { readYaml } from '../../yaml/read.ts';
import { mistakes } from './mistakes.ts';

/** A configuration and where its parts are written. */
export interface NotificationsConfig {
  readonly file: NotificationsFile;
  readonly locate: Locate;
}

/** Reads notifications.yaml. Failure `notifications-config` with every mistake, located; `yaml-syntax`. */
export function readNotificationsConfig(text: string, file: string): NotificationsConfig {
  const [document, second] = readYaml(text, { file, duplicateKeys: 'error' });
  if (!document || second) {
    throw failure('notifications-config', document ? 'there is a second document' : 'the file is empty', {
      location: { file, line: second?.line ?? 1 },
      help: ['A notifications file is one document of kind Notifications: see docs/notifications/configuration.md.'],
    });
  }
  const locate: Locate = (path, what) => document.locate(path, what);
  const checked = check(validate, document.value, locate, 'notifications-config');
  const found = mistakes(checked, locate);
  if (found.length > 0) throw new Failure(found);
  return { file: checked, locate };
}
