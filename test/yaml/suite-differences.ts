/**
 * The cases of the YAML test suite that only one of Kubernetes' decoder and Waybill takes, each with its reason.
 * docs/yaml.md says the same in fewer words.
 */
const directives = 'Kubernetes cuts the directives from the document that they belong to';
const colon = 'Kubernetes wants the colon of a key between brackets on the line of the key';
const cutShort = 'Kubernetes reads up to a point and says nothing about the rest, or passes over it';
const comment = 'Kubernetes takes a comment without a blank before it';
const dash = 'Kubernetes takes a dash between brackets for a text';

/** Waybill reads them, Kubernetes refuses them. */
export const waybillOnly: Readonly<Record<string, string>> = {
  '3UYS/0': 'JSON has the escape `\\/`, YAML 1.1 has not',
  '4MUZ/1': colon,
  '5MUD/0': colon,
  '5TYM/0': directives,
  '6CK3/0': directives,
  '9SA2/0': colon,
  'C4HZ/0': directives,
  'CC74/0': directives,
  'DK95/4': 'a tab that Kubernetes refuses where only blanks stand before the text',
  'HWV9/0': 'an empty document before `...`',
  'K3WX/0': colon,
  'MUS6/2': directives,
  'MUS6/3': directives,
  'MUS6/4': directives,
  'NJ66/0': colon,
  'P76L/0': directives,
  'QT73/0': 'an empty document before `...`',
  'U3C3/0': directives,
  'UT92/0': 'Kubernetes refuses a `%` at the left edge between brackets',
  'Z9M4/0': directives,
};

/** Kubernetes reads them, Waybill refuses them. */
export const kubernetesOnly: Readonly<Record<string, string>> = {
  '3HFZ/0': cutShort,
  '4ABK/0': 'Kubernetes takes the colon before a comma for a part of the key',
  '4H7K/0': cutShort,
  '565N/0': 'bytes that are no text are lost in JSON',
  '7Z25/0': cutShort,
  '9HCY/0': cutShort,
  '9JBA/0': comment,
  'BS4K/0': cutShort,
  'CVW2/0': comment,
  'EB22/0': cutShort,
  'G5U8/0': dash,
  'KS4U/0': cutShort,
  'M7A3/0': cutShort,
  'RHX7/0': cutShort,
  'SU5Z/0': comment,
  'U99R/0': 'Kubernetes takes the comma for a part of the tag',
  'X4QW/0': comment,
  'Y2GN/0': 'Kubernetes reads an anchor `an` and the text `:chor`',
  'YJV2/0': dash,
};
