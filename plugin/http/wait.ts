/**
 * How long a server asks to be left alone: Retry-After (RFC 9110, 10.2.3), and what registries send in its place.
 */
import type { IncomingHttpHeaders } from 'node:http';

function headerOf(headers: IncomingHttpHeaders, name: string): string {
  const value = headers[name];
  return (Array.isArray(value) ? value[0] : value)?.trim() ?? '';
}

/** `now` in milliseconds since 1970; the wait in milliseconds, at least 0. Undefined when the server does not say. */
export function waitOf(headers: IncomingHttpHeaders, now: number): number | undefined {
  const after = headerOf(headers, 'retry-after');
  if (/^\d+$/u.test(after)) return Number(after) * 1000;
  const date = Date.parse(after);
  if (!Number.isNaN(date)) return Math.max(0, date - now);
  // Docker Hub: seconds since 1970.
  const epoch = headerOf(headers, 'x-retry-after');
  if (/^\d+$/u.test(epoch)) return Math.max(0, Number(epoch) * 1000 - now);
  // Docker Hub's pull limit, as `0;w=21600`: none left in a sliding window of so many seconds.
  const [, window] = /^0;w=(\d+)$/u.exec(headerOf(headers, 'ratelimit-remaining')) ?? [];
  return window === undefined ? undefined : Number(window) * 1000;
}
