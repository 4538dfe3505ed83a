/**
 * What a check finds, by its consequence: the reader's first question is how much of the notifications it costs.
 */
import type { Diagnostic, Location } from '../../diagnostics/diagnostic.ts';

function finding(severity: Diagnostic['severity'], code: Diagnostic['code']) {
  return (message: string, location: Location, ...help: readonly string[]): Diagnostic => {
    return { severity, code, message, location, ...(help.length > 0 ? { help } : {}) };
  };
}

/** The controller refuses the whole ConfigMap: nothing is sent to anybody. */
export const refused = finding('error', 'notifications-refused');
/** Some message is never sent; at best the controller's log says so. */
export const silent = finding('error', 'notifications-silent');
/** Something is sent, and it is wrong. */
export const wrong = finding('error', 'notifications-wrong');
/** It works, until something happens that does happen. */
export const trap = finding('warning', 'notifications-trap');
