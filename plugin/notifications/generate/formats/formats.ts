/**
 * The forms in which the settings can be written; this is the one place that lists them.
 */
import type { Settings as Own } from '../../checking/settings.ts';
import type { Settings } from '../settings.ts';
import { format as configmap } from './configmap.ts';
import { format as helmValues } from './helm-values.ts';
import { format as kustomize } from './kustomize.ts';

/** What `--format` takes. */
export type Format = 'configmap' | 'kustomize' | 'helm-values';

const writers: Readonly<Record<Format, (settings: Settings, own: Own | undefined) => string>> = {
  configmap,
  kustomize,
  'helm-values': helmValues,
};

/** The names of the formats, and how one is written. */
export const formats = {
  names: ['configmap', 'kustomize', 'helm-values'] as const,
  /** The settings as text; `own`: the ones that were merged into them, whose metadata is kept. */
  write: (format: Format, settings: Settings, own?: Own): string => writers[format](settings, own),
};
