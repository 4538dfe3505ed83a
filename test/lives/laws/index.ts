/** All laws, by the names that people read. */
import { endedIsTold } from './ended-is-told.ts';
import { lastIsSo } from './last-is-so.ts';
import type { Law } from './law.ts';
import { nothingElse } from './nothing-else.ts';
import { nothingTwice } from './nothing-twice.ts';
import { statusesAgree } from './statuses-agree.ts';
import { successIsTrue } from './success-is-true.ts';

export const laws: Readonly<Record<string, Law>> = {
  'success is true': successIsTrue,
  'what ended is told as ended': endedIsTold,
  'nothing is told twice': nothingTwice,
  'the last state is what is so': lastIsSo,
  'nothing is told about others': nothingElse,
  'commit statuses agree with deployments': statusesAgree,
};
