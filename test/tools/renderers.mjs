// The real kustomize and helm that tests render with: each is pinned by the go.mod and go.sum of its folder
// (sidecar/tools holds those that the sidecar's image has too) and built as its makers build a release: their linker
// flags name the version.
import { goBinary } from './go-binary.mjs';

/** For each program: the folder of its module, the package to build, and what the linker is told. kustomize v5.8.1 is the newest that Go 1.26 builds. */
export const renderers = {
  kustomize: {
    folder: 'sidecar/tools/kustomize',
    package: 'sigs.k8s.io/kustomize/kustomize/v5',
    ldflags: '-s -w -X sigs.k8s.io/kustomize/api/provenance.version=kustomize/v5.8.1',
  },
  helm3: {
    folder: 'test/tools/helm3',
    package: 'helm.sh/helm/v3/cmd/helm',
    ldflags: '-s -w -X helm.sh/helm/v3/internal/version.version=v3.22.0',
  },
  helm4: {
    folder: 'sidecar/tools/helm',
    package: 'helm.sh/helm/v4/cmd/helm',
    ldflags: '-s -w -X helm.sh/helm/v4/internal/version.version=v4.3.1',
  },
};

/** @param {keyof typeof renderers} name */
function binary(name) {
  const { folder, ...options } = renderers[name];
  return goBinary(folder, options);
}

/** @returns {Promise<string>} the path of the executable */
export const kustomizeBinary = () => binary('kustomize');

/** @returns {Promise<string>} the path of the executable */
export const helm3Binary = () => binary('helm3');

/** @returns {Promise<string>} the path of the executable */
export const helm4Binary = () => binary('helm4');
