// jq for the generated shell: gojq, so that a machine needs none of its own.
import { goBinary } from './go-binary.mjs';

/** @returns {Promise<string>} the path of the executable */
export const jqBinary = () => goBinary('test/tools/jq', { package: 'github.com/itchyny/gojq/cmd/gojq' });
