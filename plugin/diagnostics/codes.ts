/**
 * The closed list of diagnostic codes, in alphabetical order. The text is the row of docs/errors.md
 * (generated): when it appears, and what to do. Users search for these codes: never rename one.
 */
export const codes = {
  'alias-limit':
    'YAML aliases expand to more nodes than the policy allows (an "alias bomb"). Write the repeated part out, or ask the operator to raise `limits.aliasExpansion`.',
  'environment-unknown':
    'The environment is not in waybill.yaml. Use one of the listed names or add it under `environments`.',
  'overlay-no-match':
    "An overlay's target matches no resource. Correct the target, or set `optional: true` if that is meant.",
  'path-escapes': 'A path leads outside the repository root. Move the file into the repository or correct the path.',
  'yaml-duplicate-key': 'A mapping has the same key twice. Kubernetes would silently keep the last; remove one.',
  'yaml-syntax': 'The file is not valid YAML or JSON.',
} as const;

/** A stable diagnostic code, such as `overlay-no-match`. */
export type Code = keyof typeof codes;
