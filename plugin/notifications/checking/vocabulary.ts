/**
 * Every name that the notifications engine knows. vocabulary.json is what waybill-engine answers to
 * {"op":"vocabulary"}: test/conformance/vocabulary.test.ts holds the two equal.
 */
import vocabulary from './vocabulary.json' with { type: 'json' };

/** Fields of a structure by name; a field without fields of its own is an empty object. */
export interface Fields {
  readonly [name: string]: Fields;
}

export const templateFunctions: ReadonlySet<string> = new Set(vocabulary.templateFunctions);
export const expressionFunctions: ReadonlySet<string> = new Set(vocabulary.expressionFunctions);
/** What expressions see, with what the helpers among them offer. */
export const variables: Fields = vocabulary.variables;
/** What templates see besides. */
export const templateVariables: readonly string[] = [...Object.keys(vocabulary.variables), 'recipient', 'serviceType'];
export const conditionFields: Fields = vocabulary.condition;
export const templateFields: Fields = vocabulary.template;
/** The settings of each type of service. */
export const serviceFields: { readonly [type: string]: Fields } = vocabulary.services;
