import { describe, expect, it } from 'vitest';
import { listNames, notFoundHelp, suggest } from './suggest.ts';

describe('suggest', () => {
  it.each([
    ['user-servce', ['user-service', 'user-service-worker'], 'user-service'],
    ['enviroments', ['environments', 'values'], 'environments'],
    ['slgu', ['slug', 'lower', 'default'], 'slug'],
    ['Deployment', ['deployment'], 'deployment'],
    ['prod', ['development', 'staging', 'production'], 'production'],
    ['stage', ['staging', 'stable'], 'stable'],
    ['x', ['development', 'y'], undefined],
    ['xy', ['development', 'production'], undefined],
    ['same', ['same'], undefined],
    ['anything', [], undefined],
    ['a'.repeat(200), ['a'.repeat(199)], undefined],
  ])('for %s among %j gives %s', (name, candidates, expected) => {
    expect(suggest(name, candidates)).toBe(expected);
  });
});

describe('notFoundHelp', () => {
  it('lists what exists', () => {
    expect(notFoundHelp('Environments', 'prod', ['staging', 'production'])).toEqual([
      'Environments: staging, production. Did you mean production?',
    ]);
    expect(notFoundHelp('Environments', 'prod', [])).toEqual(['Environments: none.']);
  });

  it('cuts long lists', () => {
    expect(listNames(Array.from({ length: 25 }, (_, index) => String(index)))).toMatch(/^0, 1, .*, 19 and 5 more$/u);
  });
});
