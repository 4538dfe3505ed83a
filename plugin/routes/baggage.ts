/**
 * The `baggage` header of W3C Baggage, as routes match it. Other members stay what they are: the header is
 * `list-member *( OWS "," OWS list-member )`, a member is `key OWS "=" OWS value *( OWS ";" OWS property )`, and no
 * part of a member has a comma.
 */

/** The key of the member that names a preview. Keys are case-sensitive. */
export const MEMBER = 'preview';

const OWS = '[ \\t]*';

/** Any text between two commas that is no member with the key `key`; malformed members and empty ones count as such. */
function otherMember(key: string): string {
  // RE2 has no lookahead. A member differs from the key at its first character, or at its second, and so on; one that
  // begins with the whole key goes on with more than an equals sign.
  let rest = `${OWS}(?:[^,= \\t][^,]*)?`;
  for (const letter of key.split('').toReversed()) rest = `(?:[^,${letter}][^,]*|${letter}${rest})?`;
  // Leading white space is not part of the key.
  return `${OWS}${rest.replace('[^,', '[^, \\t')}`;
}

/**
 * A regular expression for the whole header, in syntax that RE2 (Envoy, Istio) and PCRE share, anchored for those that
 * search. It is true when the last member named `preview` has this value: a Gateway adds its member at the end, and
 * whatever a client put before it must not choose a preview. OpenTelemetry keeps the last of equal keys, too.
 * @param value an RFC 1123 label, which is never percent-encoded
 */
export function baggagePattern(value: string): string {
  const member = `${OWS}${MEMBER}${OWS}=${OWS}${value}${OWS}(?:;[^,]*)?`;
  return `^(?:.*,)?${member}(?:,${otherMember(MEMBER)})*$`;
}
