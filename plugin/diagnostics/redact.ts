/**
 * The one place that takes secrets out of texts: what git, servers and programs said, and every message on its way to
 * people. A secret that is known is taken out in each of its forms; others are known by where they stand.
 */

/** `https://user:token@host`; a user alone is shown where it is no token (`ssh://git@host`). */
const inURL = /\b(https?:\/\/)[^\s/@'"]+@|\b([a-z][a-z0-9+.-]*:\/\/[^\s/@:'"]*):[^\s/@'"]+@/giu;

/** `Authorization: Basic dTpw`, in headers, in `http.extraHeader`, in a curl command. */
const inHeader = /((?:proxy-)?authorization:\s*\S+\s+)[^\s'"]+/giu;

/** What a server made of a credential: headers without their name, and JSON Web Tokens. No word is as long. */
const derived = /\b(?:bearer|basic)\s+[\w.~+/-]{20,}=*|\beyJ[\w-]+\.[\w-]+\.[\w-]*/giu;

/** Tokens that say what they are: GitHub, GitLab. */
const named = /\b(?:gh[pousr]_[A-Za-z0-9]{20,}|github_pat_\w{20,}|glpat-[\w-]{20,})/gu;

/** The text without secrets: `known` ones (empty texts aside), and those that are known by where they stand. */
export function redact(text: string, known: readonly string[] = []): string {
  const forms = known.flatMap((secret) =>
    secret === '' ? [] : [secret, encodeURIComponent(secret), Buffer.from(secret).toString('base64')],
  );
  return forms
    .reduce((result, form) => result.replaceAll(form, '***'), text)
    .replaceAll(inURL, (_all, web: string | undefined, other: string | undefined) =>
      web === undefined ? `${other}:***@` : `${web}***@`,
    )
    .replaceAll(inHeader, '$1***')
    .replaceAll(derived, '***')
    .replaceAll(named, '***');
}
