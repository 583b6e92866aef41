import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import {
  runGateway,
  type Accepted,
  type CreatedDestination,
  type CreatedSource,
  type RunningGateway,
  type ShownDelivery,
} from './running-gateway.ts';

const BOUNCING = 'bounce@simulator.amazonses.com';
const PATIENCE = { timeout: 20_000, interval: 200 };
const POSTS_AT_ONCE = 30;

type Listed = { suppressions: { address: string; reason: string; destination_name: string }[] };

let gateway: RunningGateway;
let source: CreatedSource;

beforeAll(async () => {
  gateway = await runGateway();
  source = await gateway.tocsin<CreatedSource>(
    'source',
    'create',
    '--name',
    's',
    '--format',
    'generic',
    '--auth',
    'bearer',
  );
  // All before the first alert: the router remembers the destinations for some seconds.
  await aDestination('oncall', 'ana@example.com,ben@example.com');
  await aDestination('other', 'ana@other.example');
  await aDestination('duty', 'duty@example.com', '--locked');
  await aDestination('lonely', BOUNCING);
});
afterAll(async () => gateway.close());

async function aDestination(name: string, to: string, ...more: string[]): Promise<CreatedDestination> {
  return gateway.tocsin('destination', 'create', 'email', '--name', name, '--to', to, ...more);
}

async function send(title: string): Promise<string> {
  const response = await fetch(source.url, {
    method: 'POST',
    headers: { authorization: `Bearer ${source.secret}`, 'content-type': 'application/json' },
    body: JSON.stringify({ title, severity: 'critical' }),
  });
  const { alert_ids: ids } = (await response.json()) as Accepted;
  return ids[0] ?? '';
}

const mailsTo = async (address: string) =>
  (await gateway.local.mails()).filter(({ to }) => to.includes(address));

/** The link in the newest mail to an address with this title, once it is there. */
async function linkOf(address: string, title: string): Promise<string> {
  return vi.waitFor(async () => {
    const mail = (await mailsTo(address)).find(({ subject }) => subject.includes(title));
    const [, link] = /^<(.+)>$/.exec(mail?.headers['list-unsubscribe'] ?? '') ?? [];
    if (link === undefined) throw new Error(`no mail to ${address} with a link yet`);
    return link;
  }, PATIENCE);
}

const held = async (address: string) =>
  (await gateway.tocsin<Listed>('suppressions', 'list')).suppressions.find((one) => one.address === address);

describe('the link in a mail', () => {
  it('shows at GET, leaves at POST, and from then on there is no mail for that one recipient', async () => {
    await send('first');
    const link = await linkOf('ana@example.com', 'first');

    for (let look = 0; look < 3; look += 1) {
      const page = await fetch(link, { redirect: 'error' });
      expect(page.status).toBe(200);
      expect(await page.text()).toContain('a***@example.com');
    }
    expect(await held('ana@example.com')).toBeUndefined();

    const posts = await Promise.all(
      Array.from({ length: POSTS_AT_ONCE }, async () =>
        fetch(link, {
          method: 'POST',
          body: new URLSearchParams({ 'List-Unsubscribe': 'One-Click' }),
          redirect: 'error',
        }),
      ),
    );
    expect(posts.map(({ status }) => status).filter((status) => status !== 200)).toEqual([]);
    expect(posts.filter(({ headers }) => headers.has('set-cookie'))).toEqual([]);
    expect(await held('ana@example.com')).toMatchObject({ reason: 'unsubscribed', by: 'one-click' });

    // One announcement each, to the other recipient and the other destination.
    await vi.waitFor(async () => {
      for (const address of ['ben@example.com', 'ana@other.example']) {
        const told = (await mailsTo(address)).filter(({ subject }) => subject.includes('of oncall'));
        expect(told).toHaveLength(1);
      }
    }, PATIENCE);

    await vi.waitFor(async () => expect(await held(BOUNCING)).toBeDefined(), PATIENCE);
    const alert = await send('second');
    await linkOf('ben@example.com', 'second');
    await vi.waitFor(async () => {
      const { deliveries } = await gateway.tocsin<{ deliveries: ShownDelivery[] }>(
        'deliveries',
        'list',
        '--alert',
        alert,
      );
      expect(deliveries.map(({ state, reason }) => reason ?? state).sort()).toEqual([
        'bounced',
        'delivered',
        'delivered',
        'delivered',
        'unsubscribed',
      ]);
    }, PATIENCE);
    const subjects = (await mailsTo('ana@example.com')).map(({ subject }) => subject);
    expect(subjects.filter((subject) => subject.includes('second'))).toEqual([]);

    await gateway.tocsin('suppressions', 'remove', 'oncall', 'ana@example.com');
    await send('third');
    await linkOf('ana@example.com', 'third');
  });

  it('works as multipart, and not for a locked recipient', async () => {
    await send('fourth');
    const form = new FormData();
    form.set('List-Unsubscribe', 'One-Click');
    const locked = await fetch(await linkOf('duty@example.com', 'fourth'), { method: 'POST', body: form });
    expect(locked.status).toBe(403);
    expect(await held('duty@example.com')).toBeUndefined();
    const left = await fetch(await linkOf('ben@example.com', 'fourth'), { method: 'POST', body: form });
    expect(left.status).toBe(200);
    expect(await held('ben@example.com')).toMatchObject({ reason: 'unsubscribed' });
  });
});

describe('what the mail service tells', () => {
  it('suppresses who bounces, tells the others, and is critical when nobody is left', async () => {
    await vi.waitFor(async () => {
      expect(await held(BOUNCING)).toMatchObject({ reason: 'bounced', destination_name: 'lonely' });
      const told = (await mailsTo('ana@other.example')).map(({ subject }) => subject);
      expect(told.filter((subject) => subject.startsWith('[CRITICAL] Tocsin: Nobody gets'))).toHaveLength(1);
    }, PATIENCE);
  });

  it('needed no right that the functions do not have', () => {
    expect(gateway.errors).toEqual([]);
    const used = new Set(gateway.local.usedGrants().map(({ functionName }) => functionName));
    expect([...used]).toEqual(expect.arrayContaining(['Tocsin-unsubscribe', 'Tocsin-record-email-feedback']));
    // And no right that these two did not need.
    const unused = gateway.local
      .unusedGrants()
      .filter(({ functionName }) => /unsubscribe|feedback/u.test(functionName))
      // For messages that fail, which come back soon.
      .filter(({ action }) => action !== 'sqs:ChangeMessageVisibility');
    expect(unused).toEqual([]);
  });
});
