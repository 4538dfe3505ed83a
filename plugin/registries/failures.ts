/**
 * Answers and network errors as Failures: what happened, to whom, and what to do about it.
 */
import { stripVTControlCharacters } from 'node:util';
import { failure } from '../diagnostics/failure.ts';
import { type Credential, describeCredential, type Lookup, withoutSecret } from './credential.ts';
import type { Answer, NoAnswer } from '../http/transport.ts';
import { waitOf } from '../http/wait.ts';

/** Text of a server is shown up to here. */
const longest = 300;

function shown(text: string, credential: Credential | undefined): string {
  const line = stripVTControlCharacters(withoutSecret(text, credential)).replaceAll(/\s+/gu, ' ').trim();
  return line.length > longest ? `${line.slice(0, longest)}…` : line;
}

function stringOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** An error says what it has to say in so many bytes; a hostile one has megabytes. */
const most = 16 * 1024;

/** The keys of a JSON object; undefined for everything else. */
function fieldsOf(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}

/** What a server says of an error: `errors` of the distribution specification, `details` and such of token servers, plain text. */
function words(answer: Answer): string {
  const text = answer.body.toString('utf8', 0, most);
  const value = fieldsOf(text);
  // A web page says nothing to a person here.
  if (value === undefined) return /<html|<!doctype/iu.test(text) ? '' : text;
  const { errors } = value;
  const said = (Array.isArray(errors) ? errors : []).flatMap((one: unknown) => {
    const { code, message }: { code?: unknown; message?: unknown } = typeof one === 'object' && one !== null ? one : {};
    return (
      [code, message]
        .map(stringOf)
        .filter((part) => part !== '')
        .join(': ') || []
    );
  });
  if (said.length > 0) return said.join('; ');
  const known = ['error_description', 'details', 'message', 'error'].map((key) => stringOf(value[key]));
  return known.find((part) => part !== '') ?? '';
}

/** "registry.acme.dev answered 403 for acme/a: DENIED: …" */
function said(answer: Answer, what: string, credential: Credential | undefined): string {
  const text = shown(words(answer), credential);
  return `${answer.url.host} responded with ${answer.status} for ${what}${text === '' ? '' : `: ${text}`}`;
}

/** Failure `registry-unauthorised`. `what` is the image. */
export function unauthorised(answer: Answer, what: string, registry: string, found: Lookup): Error {
  const { credential, places } = found;
  const tried =
    credential === undefined
      ? `No credentials for ${registry} were found. Looked into: ${places.length === 0 ? 'nothing, no place exists' : places.join(', ')}.`
      : `Tried: ${describeCredential(credential)}.`;
  const advice =
    credential === undefined
      ? `Log in (docker login ${registry}), or name a pull secret in WAYBILL_PULL_SECRETS.`
      : 'Log in again, or give this account the right to pull.';
  return failure('registry-unauthorised', said(answer, what, credential), {
    help: [tried, advice, 'Some registries also send this if the repository does not exist: check its name.'],
  });
}

function instant(milliseconds: number): string {
  // The last moment that can be written, for a wait that no calendar has.
  return new Date(Math.min(milliseconds, 8.64e15)).toISOString().replace(/\.\d{3}Z$/u, 'Z');
}

function rateLimited(answer: Answer, what: string, found: Lookup): Error {
  const wait = waitOf(answer.headers, Date.now());
  const until = wait === undefined ? 'It sent no time.' : `Try again after ${instant(Date.now() + wait)}.`;
  const limit = answer.headers['ratelimit-limit'];
  const account = found.credential === undefined ? 'without credentials' : describeCredential(found.credential);
  return failure('registry-rate-limited', said(answer, what, found.credential), {
    help: [
      until,
      `Requested ${account}${typeof limit === 'string' ? `; the limit is ${limit}` : ''}. Accounts have higher limits than anonymous users; a mirror (docs/registries.md) has its own.`,
    ],
  });
}

/** The Failure of an answer that is none of the expected ones. `what` is the image, `registry` its host as written. */
export function refused(answer: Answer, what: string, registry: string, found: Lookup): Error {
  const message = said(answer, what, found.credential);
  switch (answer.status) {
    case 401:
    case 403:
      return unauthorised(answer, what, registry, found);
    case 404:
      return failure('registry-not-found', message, { help: ['Check the name, and that it was pushed.'] });
    case 407:
      return failure(
        'registry-unreachable',
        `the proxy before ${answer.url.host} responded with 407: it requires credentials`,
        {
          help: ['Put user and password into the URL of the proxy variable: http://USER:PASSWORD@HOST:PORT.'],
        },
      );
    case 429:
      return rateLimited(answer, what, found);
    default:
      if (answer.status >= 500 || answer.status === 408) {
        return failure('registry-unreachable', message, {
          help: ['The request was repeated several times. Try again later.'],
        });
      }
      return failure('registry-answer', message, { help: ['Is this an image registry? Its address may be wrong.'] });
  }
}

/** Failure `registry-unreachable`. `host` is who did not answer. */
export function unreachable(error: NoAnswer, host: string, what: string): Error {
  return failure('registry-unreachable', `${host} could not be reached for ${what}: ${error.message}`, {
    help: [
      error.untrusted
        ? 'If it has a private authority, name its file as `ca` in the hosts file; if it uses plain http, set `plainHTTP: true` there.'
        : 'Check the name, the network and the proxy variables.',
    ],
  });
}

/** Failure `registry-answer`: bytes that cannot be used. */
export function unusable(host: string, what: string, why: string, help: readonly string[] = []): Error {
  return failure('registry-answer', `${host} sent an invalid response for ${what}: ${why}`, { help });
}
