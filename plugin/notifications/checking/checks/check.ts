/** The shape of a check: each file here is one subject, registered in ../validate.ts. */
import type { Diagnostic } from '../../../diagnostics/diagnostic.ts';
import type { Model } from '../model.ts';

/** Finds what is wrong with one part of the settings. */
export type Check = (model: Model) => Diagnostic[];
