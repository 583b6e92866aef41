import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { startReceiver, type Receiver } from './receiver.ts';
import {
  runGateway,
  type Accepted,
  type CreatedDestination,
  type CreatedSource,
  type RunningGateway,
} from './running-gateway.ts';

const PATIENCE = { timeout: 20_000, interval: 200 };

type Shown = { is_enabled: boolean; paused_because: string | null; version: number };
type Replayed = { sent: number; skipped: Record<string, number> };
type Why = {
  destinations: {
    name: string;
    because: string | null;
    deliveries: { state: string; attempts: unknown[] }[];
  }[];
};

let gateway: RunningGateway;
let receiver: Receiver;
let source: CreatedSource;
let hook: CreatedDestination;

beforeAll(async () => {
  gateway = await runGateway();
  receiver = await startReceiver();
  source = await gateway.tocsin<CreatedSource>(
    ...'source create --name app --format generic --auth bearer'.split(' '),
  );
  const ca = gateway.file('receiver-ca.pem', receiver.ca);
  const settings = `--name siem --url ${receiver.url} --ca-file ${ca} --retry 1s`;
  hook = await gateway.tocsin<CreatedDestination>(...`destination create webhook ${settings}`.split(' '));
});

afterAll(async () => {
  await gateway.close();
  await receiver.close();
});

async function alert(title: string): Promise<string> {
  const answer = await fetch(source.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${source.secret}` },
    body: JSON.stringify({ title, severity: 'high' }),
  });
  const [id = ''] = ((await answer.json()) as Accepted).alert_ids;
  return id;
}

/** How the alert's delivery to the one webhook stands: `pending` before it has begun, undefined when none is owed. */
const stateOf = async (id: string) => {
  const { destinations } = await gateway.tocsin<Why>('why', id, 'siem');
  return destinations[0]?.deliveries[0]?.state;
};

describe('a receiver that is gone', () => {
  let first: string;
  let second: string;

  it('is paused after one 410, with a dead letter and the reason', async () => {
    receiver.answer([], 410);
    first = await alert('before the move');
    await vi.waitFor(async () => {
      expect(await gateway.tocsin<Shown>('destination', 'show', 'siem')).toMatchObject({
        is_enabled: false,
        paused_because: 'receiver-gone',
        version: 2,
      });
    }, PATIENCE);
    expect(await stateOf(first)).toBe('dead');
    expect(receiver.posts).toHaveLength(1);
  });

  it('is owed nothing while it is paused', async () => {
    // The router's own view of the configuration is a few seconds old: what it plans meanwhile is suppressed.
    let tries = 0;
    await vi.waitFor(async () => {
      tries += 1;
      second = await alert(`during the move, ${tries}`);
      const because = await vi.waitFor(async () => {
        const { destinations } = await gateway.tocsin<Why>('why', second, 'siem');
        return destinations[0]?.because;
      }, PATIENCE);
      expect(because).toBe('destination-disabled');
    }, PATIENCE);
    expect(await stateOf(second)).toBeUndefined();
  });

  it('gets everything once when it is enabled and the time is replayed, however often', async () => {
    receiver.answer([], 200);
    const posted = receiver.posts.length;
    await gateway.tocsin('destination', 'enable', 'siem');
    const { sent } = await gateway.tocsin<Replayed>('replay', '--destination', 'siem', '--since', '1h');
    await gateway.tocsin<Replayed>('replay', '--destination', 'siem', '--since', '1h');
    expect(sent).toBeGreaterThanOrEqual(2);
    await vi.waitFor(async () => {
      expect([await stateOf(first), await stateOf(second)]).toEqual(['delivered', 'delivered']);
    }, PATIENCE);
    const again = await gateway.tocsin<Replayed>('replay', '--destination', 'siem', '--since', '1h');
    expect(again).toMatchObject({ sent: 0 });
    const ids = receiver.posts.slice(posted).map(({ headers }) => headers['webhook-id']);
    expect(new Set(ids).size).toBe(ids.length);
    // The one that was refused comes with the id and the bytes it had.
    const [refused] = receiver.posts;
    const resent = receiver.posts
      .slice(posted)
      .find(({ headers }) => headers['webhook-id'] === refused?.headers['webhook-id']);
    expect(resent?.body).toBe(refused?.body);
    expect(hook.secret).toMatch(/^whsec_/);
  });
});
