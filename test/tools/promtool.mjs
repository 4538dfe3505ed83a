// promtool for the rules of examples/monitoring, without what only a running Prometheus needs (service discovery).
import { goBinary } from './go-binary.mjs';

/** @returns {Promise<string>} the path of the executable */
export const promtoolBinary = () =>
  goBinary('test/tools/promtool', {
    package: 'github.com/prometheus/prometheus/cmd/promtool',
    tags: 'remove_all_sd,netgo',
  });
