// Argo CD's own code, as the tests meet it: test/argocd, one Go module with Argo CD as a dependency.
import { goBinary } from './go-binary.mjs';

/** Argo CD v3.5.7's cmp-server and repo-server render path. @returns {Promise<string>} the path of the executable */
export function argocdBinary() {
  return goBinary('test/argocd', { ldflags: '-s -w' });
}

/** Argo CD v3.5.7's API server over Applications in memory. @returns {Promise<string>} the path of the executable */
export function argocdServerBinary() {
  return goBinary('test/live/argocd', { package: './memory', ldflags: '-s -w' });
}

/** Argo CD v3.5.7's notifications controller, for replays. @returns {Promise<string>} the path of the executable */
export function engineBinary() {
  return goBinary('engine', { ldflags: '-s -w' });
}
