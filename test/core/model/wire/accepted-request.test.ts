import { assert, nat, property, uniqueArray } from 'fast-check';
import { expect, test } from 'vitest';
import { alertIdsOf, indexRanges } from '../../../../functions/core/model/wire/accepted-request.ts';
import { alertId } from '../../../../functions/core/model/wire/ids.ts';

test('the ids of a request follow from the places of its alerts, whatever was rejected between them', () => {
  assert(
    property(uniqueArray(nat({ max: 60 }), { maxLength: 40 }), (places) => {
      const indexes = places.toSorted((a, b) => a - b);
      const request = { requestId: 'r', sourceId: 's', receivedAt: '', indexes: indexRanges(indexes) };
      expect(alertIdsOf(request)).toEqual(indexes.map((index) => alertId('r', index)));
    }),
  );
});

test('ten thousand records in a row are one range', () => {
  expect(indexRanges(Array.from({ length: 10_000 }, (_, index) => index))).toEqual([[0, 9_999]]);
});
