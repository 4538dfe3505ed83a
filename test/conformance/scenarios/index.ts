/** All scenarios, in the order of docs/notifications/conformance.md. */
import { companions } from './companions.ts';
import { controller } from './controller.ts';
import { deploying } from './deploying.ts';
import { failing } from './failing.ts';
import { outside } from './outside.ts';
import { returning } from './returning.ts';
import { several } from './several.ts';
import { severalSources } from './several-sources.ts';
import { silent } from './silent.ts';

export const subjects = {
  Deployments: deploying,
  Failures: failing,
  'Versions that come back, things that leave': returning,
  'What must not be heard': silent,
  'Several repositories, organisations and Applications': several,
  'Applications with several sources': severalSources,
  'Several images of one repository': companions,
  'GitHub in trouble': outside,
  'The controller': controller,
};
