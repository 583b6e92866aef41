import { assert, boolean, nat, property, record, uniqueArray } from 'fast-check';
import { expect, test } from 'vitest';
import { alertIdsOf, namesOfAlerts } from '../../../../functions/core/model/wire/accepted-request.ts';
import { alertId, newsId } from '../../../../functions/core/model/wire/ids.ts';

const placed = (requestId: string, index: number) => ({ id: alertId(requestId, index), raw: { index } });
const news = (index: number) => ({ id: newsId('src_a', `news ${index}`, 1), raw: { index } });

test('a request names each of its alerts once, whatever was rejected between them', () => {
  const places = uniqueArray(record({ index: nat({ max: 60 }), isNews: boolean() }), {
    maxLength: 40,
    selector: ({ index }) => index,
  });
  assert(
    property(places, (given) => {
      const ordered = given.toSorted((a, b) => a.index - b.index);
      const alerts = ordered.map(({ index, isNews }) => (isNews ? news(index) : placed('r', index)));
      const twice = ordered
        .filter(({ isNews }) => isNews)
        .slice(0, 1)
        .map(({ index }) => news(index));
      const names = namesOfAlerts('r', [...alerts, ...twice], true);
      const request = { requestId: 'r', sourceId: 's', receivedAt: '', ...names };
      expect(alertIdsOf(request).toSorted()).toEqual([...new Set(alerts.map(({ id }) => id))].toSorted());
    }),
  );
});

test('ten thousand records in a row are one range', () => {
  const alerts = Array.from({ length: 10_000 }, (_, index) => placed('r', index));
  expect(namesOfAlerts('r', alerts, false)).toEqual({ indexes: [[0, 9_999]] });
});
