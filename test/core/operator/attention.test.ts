import { describe, expect, it } from 'vitest';
import { attentionOf } from '../../../functions/core/operator/attention.ts';
import type { GatewayFacts } from '../../../functions/core/operator/gateway-facts.ts';
import { sourceStatus } from '../../../functions/core/operator/source-status.ts';
import type { Canary } from '../../../functions/core/model/wire/canary.ts';
import type { SourceHealth } from '../../../functions/core/model/wire/source-health.ts';
import { OVERDUE_AFTER_MS } from '../../../functions/core/watch/judge-delivery.ts';
import { aMailingList, aSource, aWebhook } from '../../adapters/records.ts';
import { aDelivery } from '../../cli/records.ts';

const NOW = Date.parse('2026-03-01T12:00:00.000Z');
const DAY_MS = 86_400_000;
const at = (ms: number) => new Date(NOW + ms).toISOString();

const CANARY: Canary = { id: 'c1', sent_at: at(-300_000), sent_by: 'schedule', with_mail: false };

const WELL: GatewayFacts = {
  sources: [],
  destinations: [
    { destination: aWebhook({ name: 'night desk' }), health: undefined },
    { destination: aMailingList(), health: undefined },
  ],
  hasPrivateLane: false,
  deadLetters: 0,
  open: [],
  lostRequests: [],
  mail: [],
  operatorTopic: { arn: 'arn:aws:sns:eu-central-1:111122223333:Tocsin-operator', confirmed: 1, pending: 1 },
  unreadable: [],
};

function aSourceWith(health: Partial<SourceHealth>, changes: Parameters<typeof aSource>[0] = {}) {
  const source = aSource({ name: 'ci', createdAt: at(-10 * DAY_MS), ...changes });
  const known = { sourceId: source.id, hours: [], ...health } as unknown as SourceHealth;
  return { source, status: sourceStatus(source, known, NOW) };
}

const refusal = { at: at(-1_000), code: 'unauthenticated', cause: 'wrong-signature' };

describe('what needs attention', () => {
  it('is nothing when all is well, also where there is no topic to ask about', () => {
    expect(attentionOf(WELL, NOW)).toEqual([]);
    expect(attentionOf({ ...WELL, operatorTopic: undefined }, NOW)).toEqual([]);
  });

  it.each<[string, Partial<GatewayFacts>, string, RegExp, string]>([
    ['dead letters', { deadLetters: 2 }, 'dead-letters', /2 dead letters wait/u, 'tocsin dead-letters list'],
    [
      'a private destination where no function is in its network',
      { destinations: [{ destination: aWebhook({ name: 'siem', isPrivate: true }), health: undefined }] },
      'no-private-lane',
      /siem is private, and the deployment has no private lane/u,
      'tocsin destination show siem',
    ],
    [
      'a lost request',
      { lostRequests: ['req-1', 'req-2'] },
      'lost',
      /2 accepted requests/u,
      'tocsin why req-1',
    ],
    [
      'configuration that cannot be read',
      { unreadable: [{ kind: 'route', id: 'rte_1', name: 'urgent' }] },
      'unreadable',
      /route urgent cannot be read/u,
      'tocsin route list',
    ],
    [
      'a source that was refused last',
      { sources: [aSourceWith({ lastAcceptedAt: at(-DAY_MS / 24), lastRefusal: refusal })] },
      'source-refused',
      /source ci is refused: wrong-signature/u,
      'tocsin source status ci',
    ],
    [
      'a silent source',
      {
        sources: [
          aSourceWith({ lastAcceptedAt: at(-9 * DAY_MS) }, { noDataAlarm: { afterSeconds: 86_400 } }),
        ],
      },
      'source-silent',
      /source ci is silent/u,
      'tocsin source status ci',
    ],
    [
      'an attempt whose worker is gone',
      { open: [aDelivery({ id: 'del-1', state: 'sending', lease_until: at(-1) })] },
      'lease-over',
      /1 attempt has lost its worker/u,
      'tocsin deliveries show del-1',
    ],
    [
      'a delivery that is late',
      {
        open: [
          aDelivery({
            id: 'del-1',
            state: 'pending',
            updated_at: at(-DAY_MS),
            due_at: at(-OVERDUE_AFTER_MS - 1),
          }),
        ],
      },
      'late',
      /1 delivery is late/u,
      'tocsin deliveries show del-1',
    ],
    [
      'an open breaker',
      {
        destinations: [
          {
            destination: aWebhook({ name: 'night desk' }),
            health: { failures: 7, openings: 1, openUntil: at(60_000) },
          },
        ],
      },
      'breaker-open',
      /night desk failed 7 times/u,
      "tocsin deliveries list --destination 'night desk' --state pending",
    ],
    [
      'a destination that the gateway paused',
      {
        destinations: [
          {
            destination: aWebhook({ name: 'siem', isEnabled: false, pausedBecause: 'receiver-gone' }),
            health: undefined,
          },
        ],
      },
      'destination-paused',
      /siem is paused/u,
      'tocsin destination show siem',
    ],
    [
      'a client certificate that ends',
      {
        destinations: [
          {
            destination: aWebhook({ name: 'siem', auth: { type: 'mtls', notAfter: at(29 * DAY_MS) } }),
            health: undefined,
          },
        ],
      },
      'certificate',
      /siem ends in 29 days/u,
      'tocsin destination show siem',
    ],
    ['the mail service', { mail: ['the sandbox'] }, 'mail', /the sandbox/u, 'tocsin test --channel email'],
    [
      'a subscription that nobody confirmed',
      {
        operatorTopic: {
          arn: 'arn:aws:sns:eu-central-1:111122223333:Tocsin-operator',
          confirmed: 0,
          pending: 1,
        },
      },
      'operator-topic',
      /not confirmed/u,
      'aws sns confirm-subscription --authenticate-on-unsubscribe true',
    ],
    [
      'alarms that nobody hears',
      {
        operatorTopic: {
          arn: 'arn:aws:sns:eu-central-1:111122223333:Tocsin-operator',
          confirmed: 0,
          pending: 0,
        },
      },
      'operator-topic',
      /no subscription/u,
      'tocsin status',
    ],
    [
      'a canary that stopped',
      {
        canary: {
          late: [{ watch: 'path', state: 'late', phase: 'routed', problem: 'no router', canary: CANARY }],
        },
      },
      'canary',
      /stopped at "routed": no router/u,
      'tocsin canary run',
    ],
    [
      'a schedule that sends no canaries',
      { canaryMinutes: 5, canary: { late: [], scheduled: { ...CANARY, sent_at: at(-17 * 60_000) } } },
      'canary',
      /no canary was sent for 17 minutes/u,
      'tocsin canary list',
    ],
  ])('is %s, with the command to begin with', (_what, changes, kind, text, command) => {
    const found = attentionOf({ ...WELL, ...changes }, NOW);
    expect(found).toEqual([
      {
        kind,
        text: expect.stringMatching(text) as string,
        command: expect.stringContaining(command) as string,
      },
    ]);
  });

  it.each<[string, Partial<GatewayFacts>]>([
    [
      'a canary of the schedule that was sent two periods ago',
      { canaryMinutes: 5, canary: { late: [], scheduled: { ...CANARY, sent_at: at(-10 * 60_000) } } },
    ],
    [
      'a local run that was off for a night',
      { canary: { late: [], scheduled: { ...CANARY, sent_at: at(-600 * 60_000) } } },
    ],
    ['a gateway that has sent no canary yet', { canaryMinutes: 5, canary: { late: [] } }],
    [
      'a refusal that was followed by an acceptance',
      { sources: [aSourceWith({ lastAcceptedAt: at(0), lastRefusal: refusal })] },
    ],
    [
      'a source that is switched off',
      { sources: [aSourceWith({ lastRefusal: refusal }, { isEnabled: false })] },
    ],
    ['a delivery that waits for its time', { open: [aDelivery({ state: 'pending', due_at: at(60_000) })] }],
    ['an attempt that holds its lease', { open: [aDelivery({ state: 'sending', lease_until: at(1_000) })] }],
    [
      'a destination that an operator switched off',
      {
        destinations: [
          {
            destination: aWebhook({ isEnabled: false }),
            health: { failures: 9, openings: 1, openUntil: at(1) },
          },
        ],
      },
    ],
    [
      'a certificate of next year',
      {
        destinations: [
          {
            destination: aWebhook({ auth: { type: 'mtls', notAfter: at(300 * DAY_MS) } }),
            health: undefined,
          },
        ],
      },
    ],
  ])('is not %s', (_what, changes) => {
    expect(attentionOf({ ...WELL, ...changes }, NOW)).toEqual([]);
  });
});
