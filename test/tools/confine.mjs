// The program that starts helm and kustomize behind a boundary of the kernel, built as the sidecar's image has it.
import { goBinary } from './go-binary.mjs';

/** @returns {Promise<string>} the path of the executable */
export const confineBinary = () => goBinary('sidecar/confine', { cgo: false, ldflags: '-s -w' });
