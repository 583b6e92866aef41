import { expect, it } from 'vitest';
import { deliveryId } from '../../../functions/core/model/wire/ids.ts';
import { routeCanary } from '../../../functions/core/route/route-canary.ts';
import { anAlert } from '../../adapters/records.ts';

const told = (details: Record<string, unknown>) => {
  const { deliveries, trace } = routeCanary(anAlert({ id: 'alert-1', details }));
  return {
    deliveries: deliveries.map(({ id, channel, recipient }) => ({ id, channel, recipient })),
    trace: trace.map(({ destination_name: name, because }) => [name, because]),
  };
};
const webhook = {
  id: deliveryId('alert-1', 'dst_tocsinCanary'),
  channel: 'webhook',
  recipient: undefined,
};

it.each([[{}], [{ with_mail: false }], [{ with_mail: 'true' }]])(
  'a canary goes to its own receiver alone: %j',
  (details) => {
    expect(told(details)).toEqual({ deliveries: [webhook], trace: [['tocsin-canary', 'canary']] });
  },
);

it('one that goes by mail is owed two deliveries', () => {
  const { deliveries, trace } = told({ with_mail: true });
  expect(deliveries.map(({ channel }) => channel)).toEqual(['webhook', 'email']);
  expect(deliveries[1]?.recipient).toMatch(/@/u);
  expect(trace).toEqual([
    ['tocsin-canary', 'canary'],
    ['tocsin-canary-mail', 'canary'],
  ]);
});
