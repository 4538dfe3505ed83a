import { homedir } from 'node:os';
import { expect, it } from 'vitest';
import { cacheFolder, homeFolder } from './cache-folder.ts';

it.each([
  [{ WAYBILL_CACHE: '/own', XDG_CACHE_HOME: '/xdg', HOME: '/home/a' }, '/own/events'],
  [{ WAYBILL_CACHE: '', XDG_CACHE_HOME: '/xdg', HOME: '/home/a' }, '/xdg/waybill/events'],
  [{ XDG_CACHE_HOME: '', HOME: '/home/a' }, '/home/a/.cache/waybill/events'],
])('%j: %s', (env, folder) => {
  expect(cacheFolder(env, 'events')).toBe(folder);
  expect(cacheFolder(env, 'registries')).toBe(folder.replace('events', 'registries'));
});

it('asks the system for a home folder where HOME names none', () => {
  expect(homeFolder({ HOME: '' })).toBe(homedir());
});
