/**
 * The files of Argo CD's own repository, at the version that the tests run: its Go module, which holds its manifests.
 */
import { goModule } from './go-module.ts';

/** The folder of the Argo CD module of test/argocd, downloaded when it is not on this machine. */
export async function argocdModule(): Promise<string> {
  return await goModule('test/argocd', 'github.com/argoproj/argo-cd/v3');
}
