import { describe, expect, it } from 'vitest';
import { narrowedBy } from '../../../../functions/core/config/stored/narrowed-by.ts';
import { sizeAt } from '../../../../functions/core/config/stored/size-at.ts';
import { aMailingList, aRoute, aSilence } from '../../../adapters/records.ts';

describe('what narrows an item', () => {
  it('is how much there is of each field that it can do without', () => {
    const route = aRoute({ condition: { types: ['a', 'b'], minSeverity: 'high' }, isEnabled: false });
    expect(narrowedBy('route', route)).toEqual({
      'condition.types': 2,
      'condition.minSeverity': 1,
      isEnabled: 1,
    });
  });

  it('is said of each element of a list, and of the lists in it', () => {
    const two = [
      { name: 'env', operator: '=', value: 'dev' },
      { name: 'team', operator: '=', value: 'web' },
    ] as const;
    expect(narrowedBy('silence', aSilence({ matcherSets: [[...two], [two[0]]] }))).toEqual({
      'matcherSets.0': 2,
      'matcherSets.1': 1,
      'matcherSets.0.0.value': 1,
      'matcherSets.0.1.value': 1,
      'matcherSets.1.0.value': 1,
    });
  });

  it('is nothing where no such field is there', () => {
    expect(narrowedBy('destination', aMailingList())).toEqual({});
    expect(narrowedBy('interval', { times: 'mon 08:00-18:00' })).toEqual({});
  });
});

describe('how much stands at a path', () => {
  it.each<[string, number]>([
    ['list', 2],
    ['map', 1],
    ['flag', 1],
    ['zero', 1],
    ['map.a', 1],
    ['empty', 0],
    ['none', 0],
    ['nobody', 0],
    ['nobody.at.all', 0],
    ['list.1', 1],
  ])('%s: %i', (path, size) => {
    const config = { list: ['a', 'b'], map: { a: 'b' }, flag: false, zero: 0, empty: '', none: [] };
    expect(sizeAt(config, path)).toBe(size);
  });
});
