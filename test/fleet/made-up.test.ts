import { describe, expect, it } from 'vitest';
import { validate } from '../../plugin/schemas/fleet.validate.generated.js';
import { madeUpFleet } from './made-up.ts';

describe('the made-up fleet', () => {
  it('follows the published schema', () => {
    expect(validate(madeUpFleet(40, 5)) ? [] : validate.errors).toEqual([]);
  });

  it('has every state but inactive, and is the same each time', () => {
    const fleet = madeUpFleet();
    const states = new Set(fleet.services.flatMap(({ cells }) => cells.map(({ state }) => state)));
    expect([...states].sort()).toEqual(['error', 'failure', 'in_progress', 'pending', 'queued', 'success', 'unknown']);
    expect(madeUpFleet()).toEqual(fleet);
  });

  it('would be refused with a state that the schema does not have', () => {
    const fleet = madeUpFleet(1, 1);
    const [service] = fleet.services;
    expect(validate({ ...fleet, services: [{ ...service, cells: [{ ...service?.cells[0], state: 'fine' }] }] })).toBe(
      false,
    );
  });
});
