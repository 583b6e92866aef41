import { beforeEach, describe, expect, it } from 'vitest';
import type { DeadLetter } from '../../../functions/core/model/wire/dead-letter.ts';
import { aDeadLetter, aDelivery, anAlert, aRoutedAlert } from '../records.ts';
import { memoryGateway, type MemoryGateway } from '../memory-gateway.ts';
import { NOW, run } from '../run.ts';

const REQUEST = '0c6a8d7e-0000-4000-8000-000000000001';
const receivedAt = new Date(NOW - 120_000).toISOString();

let gateway: MemoryGateway;
beforeEach(() => {
  gateway = memoryGateway();
});

function aRequest(routing: 'waiting' | 'routed' | 'dead', isLost = false) {
  return {
    request: {
      requestId: REQUEST,
      sourceId: 'src_a',
      receivedAt,
      indexes: [[0, 0]] as [number, number][],
    },
    alerts: [{ id: 'waiting-alert', routing }],
    isLost,
  };
}

describe.each([
  ['why', ['why']],
  ['alerts show', ['alerts', 'show']],
])('%s', (_name, command) => {
  const ask = async (id: string, ...more: string[]) => run([...command, id, ...more], { gateway });

  it('says of an alert that no router has taken since when it waits', async () => {
    gateway.kept.requests = [aRequest('waiting')];
    const { code, stdout } = await ask('waiting-alert');
    expect(code).toBe(0);
    expect(stdout).toContain(`accepted and waiting to be routed since ${receivedAt} (2m ago)`);
    expect((await ask('waiting-alert', '--json')).json()).toMatchObject({
      alert_id: 'waiting-alert',
      routing: 'waiting',
      request_id: REQUEST,
    });
  });

  it('says of a lost alert that only its sender has it', async () => {
    gateway.kept.requests = [aRequest('waiting', true)];
    expect((await ask('waiting-alert')).stdout).toContain('neither stored nor in any queue');
  });

  it('takes the id of a request', async () => {
    gateway.kept.requests = [aRequest('dead')];
    const { code, stdout } = await ask(REQUEST);
    expect(code).toBe(0);
    expect(stdout).toContain('1 dead in the alerts queue');
    expect((await ask(REQUEST, '--json')).json()).toMatchObject({
      request_id: REQUEST,
      alerts: [{ id: 'waiting-alert', routing: 'dead' }],
    });
  });

  it('says of an alert that died before a router took it where it is', async () => {
    const alert = anAlert();
    gateway.kept.alerts.set(alert.id, aRoutedAlert(alert, { routing: 'dead' }));
    const { code, stdout } = await ask(alert.id);
    expect(code).toBe(0);
    expect(stdout).toContain('dead in the alerts queue');
    expect(stdout).toContain('tocsin dead-letters redrive --all');
  });

  it('takes the id of a delivery', async () => {
    const alert = anAlert();
    gateway.kept.alerts.set(alert.id, aRoutedAlert(alert));
    gateway.kept.deliveries.set(
      'delivery-1',
      aDelivery({ id: 'delivery-1', state: 'dead', reason: 'pipeline-fault' }),
    );
    const { code, stdout } = await ask('delivery-1');
    expect(code).toBe(0);
    expect(stdout).toContain(alert.title);
    expect(stdout).toContain('dead: pipeline-fault');
  });

  it.each<[DeadLetter['queue'], Partial<DeadLetter>, string[]]>([
    [
      'alerts',
      { accepted: { schema_version: '1', request_id: REQUEST, alerts: [anAlert()] } },
      [anAlert().id, REQUEST],
    ],
    [
      'emailFeedback',
      { mail: { alertId: anAlert().id, deliveryId: 'delivery-of-mail' } },
      [anAlert().id, 'delivery-of-mail'],
    ],
  ])('explains every id in a letter of %s before it is recorded', async (queue, content, ids) => {
    const { delivery: _none, ...letter } = aDeadLetter({ queue, isUnrecorded: true });
    gateway.kept.letters = [{ ...letter, ...content }];
    for (const id of ids) {
      const { code, stdout } = await ask(id);
      expect(code, id).toBe(0);
      expect(stdout).toContain(`lies in the dead-letter queue of ${queue}`);
    }
    expect(gateway.kept.hidden.size).toBe(0);
  });

  it('says that an id belongs to nothing', async () => {
    const { code, stderr } = await ask('nobody');
    expect(code).toBe(1);
    expect(stderr).toContain('no alert, delivery or request has the id "nobody"');
  });
});

describe('dead-letters list', () => {
  it('names the alerts, deliveries and the request of every kind of letter', async () => {
    const { delivery: _none, ...bare } = aDeadLetter({ queue: 'alerts' });
    gateway.kept.letters = [
      {
        ...bare,
        messageId: 'a',
        accepted: {
          schema_version: '1',
          request_id: REQUEST,
          alerts: [anAlert({ id: 'one' }), anAlert({ id: 'two' })],
        },
      },
      { ...bare, messageId: 'b', queue: 'emailFeedback', mail: { alertId: 'three', deliveryId: 'mail-1' } },
      aDeadLetter({ messageId: 'c' }),
    ];
    expect((await run(['dead-letters', 'list', '--json'], { gateway })).json()).toMatchObject({
      dead_letters: [
        { queue: 'alerts', alert_ids: ['one', 'two'], delivery_ids: [], request_id: REQUEST, alert_id: null },
        { queue: 'emailFeedback', alert_ids: ['three'], delivery_ids: ['mail-1'], delivery_id: 'mail-1' },
        { queue: 'webhook', alert_ids: [anAlert().id], request_id: null },
      ],
      being_read: 0,
    });
    const { stdout } = await run(['dead-letters', 'list'], { gateway, columns: 140 });
    expect(stdout).toContain('2 not routed: Threat');
    expect(stdout).toContain('three');
    expect(stdout).toContain(REQUEST);
  });

  it('says when somebody else is reading them, instead of showing fewer', async () => {
    gateway.kept.letters = [aDeadLetter()];
    gateway.kept.hidden.add(gateway.kept.letters[0]?.messageId ?? '');
    const { stdout } = await run(['dead-letters', 'list'], { gateway, sleep: async () => {} });
    expect(stdout).toContain('1 more is being read by somebody else');
  });
});

describe('alerts list', () => {
  it('tells of what was accepted and is not routed, beside what is', async () => {
    gateway.kept.requests = [aRequest('waiting')];
    const ran = await run(['alerts', 'list', '--json'], { gateway });
    expect(ran.json()).toMatchObject({
      alerts: [],
      waiting: [{ request_id: REQUEST, alerts: [{ id: 'waiting-alert', routing: 'waiting' }] }],
    });
    expect((await run(['alerts', 'list'], { gateway })).stdout).toContain(
      `1 accepted 2m ago, waiting to be routed: tocsin why ${REQUEST}`,
    );
  });

  it('shows what died before a router took it', async () => {
    gateway.kept.alerts.set('a', aRoutedAlert(anAlert(), { routing: 'dead' }));
    const { stdout } = await run(['alerts', 'list', '--state', 'dead'], { gateway, columns: 140 });
    expect(stdout).toMatch(/\bdead\b/);
  });
});
