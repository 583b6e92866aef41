import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { dynamodbCanaries } from '../../functions/adapters/dynamodb/canaries.ts';
import { dynamodbClient, type DynamodbClient } from '../../functions/adapters/dynamodb/client.ts';
import { runGateway, type RunningGateway } from './running-gateway.ts';

const PATIENCE = { timeout: 60_000, interval: 200 };
const FUNCTION = 'Tocsin-run-canary';

type Phase = { phase: string; state: string; problem: string | null };
type Listed = {
  canaries: {
    id: string;
    sent_by: string;
    alert_id: string;
    received_at: string | null;
    stopped_at: string | null;
    problem: string | null;
    phases: Phase[];
  }[];
};

let gateway: RunningGateway;
let client: DynamodbClient;
const newest = async () => (await gateway.tocsin<Listed>('canary', 'list', '--limit', '1')).canaries[0];

beforeAll(async () => {
  gateway = await runGateway();
  const { endpoint, region, credentials } = gateway.local.manifest;
  if (endpoint === undefined || credentials === undefined) throw new Error('no local run');
  client = dynamodbClient({ endpoint, region, credentials });
  await gateway.tocsin('destination', 'create', 'email', '--name', 'ops', '--to', 'ops@example.com');
});
afterAll(async () => {
  client.destroy();
  await gateway.close();
});

describe('a canary of the local run', { timeout: 120_000 }, () => {
  it('flies by the schedule through the public URL to its receiver, the first of a day by mail too', async () => {
    await gateway.local.runSchedules(FUNCTION);
    await vi.waitFor(async () => expect((await newest())?.stopped_at).toBeNull(), PATIENCE);
    const canary = await newest();
    expect(canary?.sent_by).toBe('schedule');
    expect(canary?.phases.map(({ phase, state }) => `${phase} ${state}`)).toEqual([
      'accepted done',
      'routed done',
      'delivered done',
      'receipt done',
      'mail done',
    ]);
    expect(gateway.errors).toEqual([]);
  });

  it('is sent by `canary run`, which waits for all of its phases', async () => {
    const { ok, canary } = await gateway.tocsin<{ ok: boolean; canary: { phases: Phase[] } }>(
      'canary',
      'run',
    );
    expect(ok).toBe(true);
    expect(canary.phases.every(({ state }) => state === 'done')).toBe(true);
    const { code, stdout } = await gateway.tryTocsin(['canary', 'run']);
    expect(code).toBe(0);
    for (const phase of ['accepted', 'routed', 'delivered', 'receipt', 'mail'])
      expect(stdout).toContain(phase);
  });

  it('is nobody’s alert: no list, no mailbox and no sum holds it, and the audit counts it beside', async () => {
    const { alerts } = await gateway.tocsin<{ alerts: unknown[] }>('alerts', 'list');
    const { sources } = await gateway.tocsin<{ sources: unknown[] }>('source', 'list');
    const { destinations } = await gateway.tocsin<{ destinations: { name: string }[] }>(
      'destination',
      'list',
    );
    expect({ alerts, sources, destinations: destinations.map(({ name }) => name) }).toEqual({
      alerts: [],
      sources: [],
      destinations: ['ops'],
    });
    expect(await gateway.local.mails()).toEqual([]);
    const sum = await gateway.tocsin<{
      requests: number;
      adds_up: boolean;
      canaries: object;
      destinations: unknown[];
    }>('audit');
    expect(sum).toMatchObject({
      requests: 0,
      adds_up: true,
      canaries: { accepted: 3, delivered: 3 },
      destinations: [],
    });
    const status = await gateway.tocsin<{ verdict: string; canary: { state: string } }>('status');
    expect(status).toMatchObject({ verdict: 'ok', canary: { state: 'well' } });
    for (const command of [
      ['source', 'delete', 'src_tocsinCanary', '--yes'],
      ['destination', 'delete', 'dst_tocsinCanary', '--yes'],
    ]) {
      expect((await gateway.tryTocsin(command)).code).toBe(1);
    }
  });

  it('has a story as every alert has, for who asks by its id', async () => {
    const id = (await newest())?.alert_id ?? '';
    const { code, stdout } = await gateway.tryTocsin(['why', id]);
    expect(code).toBe(0);
    expect(stdout).toContain('it takes the canaries');
  });

  it('that never came back is told to people, once, and its end too', async () => {
    const { table } = gateway.local.manifest;
    const sentAt = new Date(Date.now() - 150_000).toISOString();
    // It is the newest of those that should be back by now.
    await dynamodbCanaries({ client, table }).begin({
      id: 'lost',
      sent_at: sentAt,
      sent_by: 'schedule',
      with_mail: false,
    });
    await gateway.local.runSchedules(FUNCTION);
    await gateway.local.runSchedules(FUNCTION);
    const subjects = async () => (await gateway.local.mails()).map(({ subject }) => subject);
    await vi.waitFor(async () => expect(await subjects()).toHaveLength(1), PATIENCE);
    expect((await subjects())[0]).toContain('does not take the canary');
    const { verdict, attention } = await gateway.tocsin<{ verdict: string; attention: { text: string }[] }>(
      'status',
    );
    expect(verdict).toBe('needs-attention');
    expect(attention[0]?.text).toContain('stopped at "accepted"');

    const mark = { canary_id: 'lost', sent_at: sentAt };
    const alertId = (await newest())?.alert_id ?? '';
    await dynamodbCanaries({ client, table }).answered(mark, { took_ms: 1, alert_id: alertId });
    await dynamodbCanaries({ client, table }).received(
      mark,
      new Date(Date.parse(sentAt) + 1_000).toISOString(),
    );
    await gateway.local.runSchedules(FUNCTION);
    await vi.waitFor(async () => expect(await subjects()).toHaveLength(2), PATIENCE);
    expect((await subjects())[0]).toContain('arrive in time again');
  });

  it.each(['run-canary', 'receive-canary'])('needs every right that %s has, and no other', (name) => {
    const own = gateway.local
      .unusedGrants()
      .filter(({ functionName }) => functionName === `Tocsin-${name}`)
      .map(({ action }) => action);
    expect(own).toEqual([]);
    expect(gateway.errors).toEqual([]);
  });
});
