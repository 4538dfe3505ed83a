/**
 * The version that `waybill --version` prints: package.json's.
 */
import packageJson from '../../package.json' with { type: 'json' };

export const { version } = packageJson;
