/**
 * What `init` works with.
 */
import type { RenderRequest } from '../render.ts';

/** Everything but the environment, which is chosen here. */
export type InitRequest = Omit<RenderRequest, 'environment' | 'stamp' | 'images' | 'values'>;
