// The real cosign that tests sign and verify with, pinned by test/tools/cosign, and a certificate authority beside it.
import { goBinary } from './go-binary.mjs';

/** cosign v3.1.3. @returns {Promise<string>} the path of the executable */
export function cosignBinary() {
  return goBinary('test/tools/cosign', { package: 'github.com/sigstore/cosign/v3/cmd/cosign', ldflags: '-s -w' });
}

/** test/tools/authority. @returns {Promise<string>} the path of the executable */
export function authorityBinary() {
  return goBinary('test/tools/authority');
}
