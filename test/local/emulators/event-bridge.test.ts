import { describe, expect, test } from 'vitest';
import { LOCAL_ACCOUNT } from '../../../local/emulators/account.ts';
import { openEventBridge } from '../../../local/emulators/eventbridge/event-bridge.ts';
import { readEventPattern } from '../../../local/emulators/eventbridge/event-pattern.ts';

const NOW = Date.parse('2026-03-01T12:00:00.500Z');

function aBus() {
  const delivered: object[] = [];
  const bridge = openEventBridge({ account: LOCAL_ACCOUNT, clock: { now: () => NOW } });
  bridge.addBus('organization');
  for (const bus of ['default', 'organization']) {
    bridge.addRule({
      name: `of-${bus}`,
      bus,
      fits: readEventPattern({ source: [{ prefix: 'aws.' }] }),
      deliver: (event) => void delivered.push(event),
    });
  }
  return { bridge, delivered };
}
const entry = { Source: 'aws.guardduty', DetailType: 'GuardDuty Finding', Detail: '{"id":"1"}' };

describe('PutEvents', () => {
  test('hands an event with its envelope to the rules of its bus', () => {
    const { bridge, delivered } = aBus();
    const answer = bridge.call('PutEvents', { Entries: [entry] });
    expect(answer).toEqual({ FailedEntryCount: 0, Entries: [{ EventId: expect.any(String) as string }] });
    expect(delivered).toEqual([
      {
        version: '0',
        id: (answer['Entries'] as { EventId: string }[])[0]?.EventId,
        'detail-type': 'GuardDuty Finding',
        source: 'aws.guardduty',
        account: LOCAL_ACCOUNT.accountId,
        time: '2026-03-01T12:00:00Z',
        region: LOCAL_ACCOUNT.region,
        resources: [],
        detail: { id: '1' },
      },
    ]);
  });

  test.each([
    ['without a source', { ...entry, Source: undefined }, 'InvalidArgument'],
    ['without a detail type', { ...entry, DetailType: '' }, 'InvalidArgument'],
    ['whose detail is no JSON', { ...entry, Detail: '{' }, 'MalformedDetail'],
    ['whose detail is no object', { ...entry, Detail: '[1]' }, 'MalformedDetail'],
    ['for a bus that is not there', { ...entry, EventBusName: 'nowhere' }, 'InvalidArgument'],
  ])('refuses an entry %s, and takes the one beside it', (_what, wrong, code) => {
    const { bridge, delivered } = aBus();
    const answer = bridge.call('PutEvents', { Entries: [wrong, entry] });
    expect(answer).toMatchObject({ FailedEntryCount: 1, Entries: [{ ErrorCode: code }, { EventId: {} }] });
    expect(delivered).toHaveLength(1);
  });

  test.each([0, 11])('refuses a call of %i entries', (count) => {
    const entries = Array.from({ length: count }, () => entry);
    expect(() => aBus().bridge.call('PutEvents', { Entries: entries })).toThrow('between 1 and 10');
  });

  test('counts the bytes of a call: 1 MiB and no more', () => {
    const rest = 'aws.guardduty'.length + 'GuardDuty Finding'.length + '{"a":""}'.length;
    const put = (more: number) => {
      const Detail = JSON.stringify({ a: 'x'.repeat(1_048_576 - rest + more) });
      return () => aBus().bridge.call('PutEvents', { Entries: [{ ...entry, Detail }] });
    };
    expect(put(0)()).toMatchObject({ FailedEntryCount: 0 });
    expect(put(1)).toThrow('over the limit');
  });

  test('goes to the rules of the bus that an ARN names, and of no other', () => {
    const { bridge } = aBus();
    const bus = 'arn:aws:events:eu-central-1:000000000000:event-bus/organization';
    const event = {
      source: 'aws.macie',
      'detail-type': 'Macie Finding',
      detail: {},
      account: '111122223333',
    };
    expect(bridge.callLocal('PutEvent', { Event: event, EventBusName: bus })['Rules']).toEqual([
      'of-organization',
    ]);
    expect(bridge.callLocal('PutEvent', { Event: event })['Rules']).toEqual(['of-default']);
    expect(bridge.callLocal('PutEvent', { Event: { ...event, source: 'my.app' } })['Rules']).toEqual([]);
  });
});
