/**
 * What proves to a registry who asks. A credential knows where it came from, so that an error can say which one was
 * tried; its secret is never put into text.
 */

import { redact } from '../diagnostics/redact.ts';

/** A credential. */
export interface Credential {
  /** A user and a password; an identity token (OAuth refresh token); a bearer token as it is. */
  readonly kind: 'password' | 'identity' | 'bearer';
  /** Empty where there is none. */
  readonly user: string;
  readonly secret: string;
  /** Where it came from, for messages: `auths of /root/.docker/config.json`. */
  readonly source: string;
}

/** What was found for a host. */
export interface Lookup {
  readonly credential?: Credential;
  /** Places that were looked into, for the message when there is none. */
  readonly places: readonly string[];
}

/** What errors say of a credential: its source and its user. */
export function describeCredential({ kind, user, source }: Credential): string {
  if (kind === 'identity') return `the identity token from ${source}`;
  if (kind === 'bearer') return `the bearer token from ${source}`;
  return `user ${JSON.stringify(user)} from ${source}`;
}

/** The value of a header for basic authentication (RFC 7617). */
export function basicHeader({ user, secret }: Credential): string {
  return `Basic ${Buffer.from(`${user}:${secret}`).toString('base64')}`;
}

/** Takes a credential and tokens out of a text that a server sent. */
export function withoutSecret(sent: string, credential: Credential | undefined): string {
  if (credential === undefined) return redact(sent);
  return redact(sent, [credential.secret, `${credential.user}:${credential.secret}`]);
}
