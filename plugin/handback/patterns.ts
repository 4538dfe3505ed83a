/**
 * The one list of patterns: adding one is a file in patterns/ and a line here.
 */
import type { Pattern } from './pattern.ts';
import { pattern as argoEvents } from './patterns/argo-events.ts';
import { pattern as commitStatus } from './patterns/commit-status.ts';
import { pattern as eventFiles } from './patterns/event-files.ts';
import { pattern as threeRepositories } from './patterns/three-repositories.ts';
import { pattern as webhook } from './patterns/webhook.ts';

/** All patterns, in the order of the documentation. */
export const patterns: readonly Pattern[] = [argoEvents, webhook, eventFiles, commitStatus, threeRepositories];
