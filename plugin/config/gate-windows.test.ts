import { describe, expect, it } from 'vitest';
import { Failure } from '../diagnostics/failure.ts';
import { createMemoryTree } from '../files/memory.ts';
import type { ConfigGateWindow } from '../schemas/config.generated.ts';
import { closedBecause, isActive } from './gate-windows.ts';
import { loadApplication } from './load.ts';

const friday: ConfigGateWindow = { kind: 'deny', days: ['fri'], from: '12:00', to: '24:00', timeZone: 'Europe/Berlin' };
const night: ConfigGateWindow = { kind: 'deny', days: ['fri'], from: '22:00', to: '06:00' };

describe('a window', () => {
  it.each<[string, ConfigGateWindow, string, boolean]>([
    // 27 November 2026 is a Friday; Berlin is an hour ahead of UTC.
    ['before noon in Berlin', friday, '2026-11-27T10:59:59Z', false],
    ['noon in Berlin', friday, '2026-11-27T11:00:00Z', true],
    ['the last minute of the day', friday, '2026-11-27T22:59:59Z', true],
    ['midnight in Berlin', friday, '2026-11-27T23:00:00Z', false],
    // In summer two hours: the day after the change of clocks counts as the wall clock says.
    ['noon in summer', friday, '2026-07-03T10:00:00Z', true],
    ['before noon in summer', friday, '2026-07-03T09:59:00Z', false],
    [
      'the hour that comes twice',
      { kind: 'deny', from: '02:00', to: '03:00', timeZone: 'Europe/Berlin' },
      '2026-10-25T00:30:00Z',
      true,
    ],
    [
      'the hour that comes twice, again',
      { kind: 'deny', from: '02:00', to: '03:00', timeZone: 'Europe/Berlin' },
      '2026-10-25T01:30:00Z',
      true,
    ],
    ['over midnight, before', night, '2026-11-27T23:00:00Z', true],
    ['over midnight, after', night, '2026-11-28T05:59:00Z', true],
    ['over midnight, ended', night, '2026-11-28T06:00:00Z', false],
    ['over midnight, the night before', night, '2026-11-27T05:00:00Z', false],
    [
      'another day behind the date line',
      { kind: 'deny', days: ['sat'], from: '00:00', to: '24:00', timeZone: 'Pacific/Auckland' },
      '2026-11-27T12:00:00Z',
      true,
    ],
  ])('%s', (_name, window, moment, expected) => {
    expect(isActive(window, new Date(moment))).toBe(expected);
  });
});

describe('an environment', () => {
  const work: ConfigGateWindow = {
    kind: 'allow',
    days: ['mon', 'tue', 'wed', 'thu', 'fri'],
    from: '09:00',
    to: '17:00',
  };

  it.each([
    ['2026-11-26T10:00:00Z', undefined],
    ['2026-11-28T10:00:00Z', 'everything now: it is open mon, tue, wed, thu, fri 09:00 to 17:00 UTC'],
    ['2026-11-27T12:00:00Z', 'everything now: fri 12:00 to 24:00 Europe/Berlin is closed'],
  ])('with windows at %s', (moment, expected) => {
    expect(closedBecause({ windows: [work, friday] }, new Date(moment))).toBe(expected);
  });

  it.each([
    [undefined, 'everything: frozen (year end)'],
    ['2026-12-01', 'everything: frozen until 2026-12-01 (year end)'],
    ['2026-11-01T00:00:00+01:00', undefined],
  ])('frozen until %s', (until, expected) => {
    const freeze = { reason: 'year end', ...(until === undefined ? {} : { until }) };
    expect(closedBecause({ freeze }, new Date('2026-11-26T10:00:00Z'))).toBe(expected);
  });

  it.each([
    ['windows: [{ kind: deny, from: "10:00", to: "10:00" }]', 'the window from 10:00 to 10:00 is empty'],
    [
      'windows: [{ kind: deny, from: "10:00", to: "12:00", timeZone: Europe/Berlyn }]',
      'there is no time zone "Europe/Berlyn"',
    ],
    ['freeze: { reason: x, until: "2026-13-45" }', '"2026-13-45" is no date'],
  ])('refuses %s', (gates, message) => {
    const text = `apiVersion: waybill.dev/v1\nkind: Waybill\nenvironments: { production: { gates: { ${gates} } } }\n`;
    const load = (): unknown => loadApplication(createMemoryTree({ 'waybill.yaml': text }), '');
    expect(load).toThrow(Failure);
    expect(load).toThrow(message);
  });
});
