/**
 * How large the ConfigMap may be. Kubernetes takes 1 MiB of data (k8s.io/api core/v1, ConfigMap); kubectl apply, and Argo
 * CD without ServerSideApply, keep a copy in an annotation, and annotations take 256 KiB
 * (k8s.io/apimachinery, TotalAnnotationSizeLimitB).
 */
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { failure } from '../../diagnostics/failure.ts';
import type { Settings } from './settings.ts';

const KIBIBYTE = 1024;
const largest = 1024 * KIBIBYTE;
const largestAnnotation = 256 * KIBIBYTE;

/** A warning when plain `kubectl apply` will not do. Failure `notifications-size` when Kubernetes would refuse it. */
export function checkSize(settings: Settings, text: string): Diagnostic | undefined {
  const data = [...settings].reduce((sum, [key, value]) => sum + Buffer.byteLength(key) + Buffer.byteLength(value), 0);
  const size = `${Math.ceil(data / KIBIBYTE)} KiB of settings`;
  if (data > largest) {
    throw failure('notifications-size', `${size} are more than a ConfigMap takes (1024 KiB)`, {
      help: ['Lower report.maxRepositories, or list fewer receivers.'],
    });
  }
  if (Buffer.byteLength(text) <= largestAnnotation) return undefined;
  return {
    severity: 'warning',
    code: 'notifications-size',
    message: `${size} are more than kubectl apply can handle by itself (256 KiB)`,
    help: ['Use kubectl apply --server-side, or in an Application the sync option ServerSideApply=true.'],
  };
}
