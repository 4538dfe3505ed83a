/** All laws, by the names that people read. */
import { endedIsReported } from './ended-is-reported.ts';
import { lastIsSo } from './last-is-so.ts';
import type { Law } from './law.ts';
import { nothingElse } from './nothing-else.ts';
import { nothingTwice } from './nothing-twice.ts';
import { statusesAgree } from './statuses-agree.ts';
import { successIsTrue } from './success-is-true.ts';

export const laws: Readonly<Record<string, Law>> = {
  'success is true': successIsTrue,
  'an ended operation is reported': endedIsReported,
  'no state is reported twice': nothingTwice,
  'the last reported state is the actual state': lastIsSo,
  'nothing else is reported': nothingElse,
  'commit statuses agree with deployments': statusesAgree,
};
