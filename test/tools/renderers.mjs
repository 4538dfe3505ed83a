// The real kustomize and helm that tests render with: each is pinned by the go.mod and go.sum of its folder here
// and built as its makers build a release (their linker flags name the version).
import { goBinary } from './go-binary.mjs';

/** kustomize v5.8.1, the newest that Go 1.26 builds. @returns {Promise<string>} the path of the executable */
export function kustomizeBinary() {
  return goBinary('test/tools/kustomize', {
    package: 'sigs.k8s.io/kustomize/kustomize/v5',
    ldflags: '-s -w -X sigs.k8s.io/kustomize/api/provenance.version=kustomize/v5.8.1',
  });
}

/** helm v3.22.0. @returns {Promise<string>} the path of the executable */
export function helm3Binary() {
  return goBinary('test/tools/helm3', {
    package: 'helm.sh/helm/v3/cmd/helm',
    ldflags: '-s -w -X helm.sh/helm/v3/internal/version.version=v3.22.0',
  });
}

/** helm v4.3.1. @returns {Promise<string>} the path of the executable */
export function helm4Binary() {
  return goBinary('test/tools/helm4', {
    package: 'helm.sh/helm/v4/cmd/helm',
    ldflags: '-s -w -X helm.sh/helm/v4/internal/version.version=v4.3.1',
  });
}
