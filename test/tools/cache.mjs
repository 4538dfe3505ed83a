// Where built tools are kept between runs, outside the checkout.
import { homedir } from 'node:os';
import { join } from 'node:path';

/** The cache folder: WAYBILL_TEST_CACHE, else XDG_CACHE_HOME/waybill-test, else ~/.cache/waybill-test. */
export function cacheFolder(env = process.env) {
  return env.WAYBILL_TEST_CACHE ?? join(env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'waybill-test');
}
