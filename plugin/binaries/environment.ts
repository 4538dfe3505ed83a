/**
 * The environment of the programs Waybill starts: made from nothing, so that no secret of the caller reaches a
 * program that reads an untrusted repository, and so that no setting of the caller's account changes the output.
 */
import { join } from 'node:path';
import type { Binaries } from './binaries.ts';
import type { Scratch } from './scratch.ts';

/** How a program that may use the network finds its way out; never passed otherwise. */
const NETWORK = /^(?:(?:https?|all|no)_proxy|SSL_CERT_FILE|SSL_CERT_DIR)$/iu;

/**
 * Go programs ask these variables for a proxy before they connect. The port is the discard port of a loopback
 * address, where nothing listens: a second barrier behind the checks that refuse remote files before the start.
 */
const NOWHERE = 'http://127.0.0.1:9';

/** Variables of a program that runs with `scratch` as its home. With `network`, PATH is the caller's (for git). */
export function childEnvironment(scratch: Scratch, { env }: Binaries, network: boolean): Record<string, string> {
  const { home } = scratch;
  const own = {
    HOME: home,
    TMPDIR: home,
    XDG_CACHE_HOME: join(home, 'cache'),
    XDG_CONFIG_HOME: join(home, 'config'),
    XDG_DATA_HOME: join(home, 'data'),
    KUSTOMIZE_PLUGIN_HOME: join(home, 'kustomize'),
    LC_ALL: 'C',
  };
  if (!network) return { ...own, PATH: '', HTTP_PROXY: NOWHERE, HTTPS_PROXY: NOWHERE };
  const passed = Object.entries(env).filter((entry): entry is [string, string] => {
    return entry[1] !== undefined && NETWORK.test(entry[0]);
  });
  return { ...Object.fromEntries(passed), ...own, PATH: env['PATH'] ?? '', GIT_TERMINAL_PROMPT: '0' };
}
