import { beforeEach, describe, expect, it } from 'vitest';
import type { Delivery } from '../../functions/core/model/wire/delivery.ts';
import type { MailEvent } from '../../functions/core/model/wire/mail-event.ts';
import { anAttempt } from '../adapters/records.ts';
import { aMailDestination } from '../core/recipients/memory-suppressions.ts';
import { memoryGateway, type MemoryGateway } from './memory-gateway.ts';
import { aDelivery } from './records.ts';
import { run } from './run.ts';

let gateway: MemoryGateway;
const bounce: MailEvent = {
  id: 'bounce-1',
  type: 'bounce',
  at: '2026-03-01T11:58:00.000Z',
  message_id: 'ses-1',
  is_permanent: true,
  detail: 'Permanent General 5.1.1 no such user',
};
const arrival: MailEvent = { ...bounce, id: 'd', type: 'delivery', detail: '250 OK' };

function keep(id: string, given: Partial<Delivery>): void {
  const mail = aDelivery({
    id,
    destination_id: 'dst_oncall',
    channel: 'email',
    recipient: `${id}@example.com`,
    attempts: [anAttempt({ message_id: 'ses-1' })],
    body_sha256: 'b0d1'.repeat(16),
    ...given,
  });
  gateway.kept.deliveries.set(id, mail);
}

beforeEach(() => {
  gateway = memoryGateway();
  const destination = aMailDestination({ name: 'oncall' });
  gateway.kept.config.destination.set(destination.id, destination);
  keep('ana', { mail_events: [bounce] });
  keep('ben', { mail_events: [arrival] });
  keep('cleo', {});
  keep('dora', { state: 'pending', reason: 'mail-throttled', attempts: [] });
});

const list = async (...argv: string[]) => {
  const ran = await run(['deliveries', 'list', ...argv, '--json'], { gateway });
  return (ran.json() as { deliveries: { id: string; mail_state: string | null }[] }).deliveries;
};

describe('the list of deliveries', () => {
  it('says of a mail that bounced that it did, in place of that it was delivered', async () => {
    const { stdout } = await run(['deliveries', 'list'], { gateway, columns: 140 });
    expect(stdout).toMatch(/ana@example\.com +bounced \(hard\)/);
    expect(stdout).toMatch(/ben@example\.com +delivered +arrived/);
    expect(stdout).toMatch(/cleo@example\.com +delivered +accepted/);
    expect(stdout).toMatch(/dora@example\.com +pending: mail-throttled/);
  });

  it.each([60, 80, 100])('says so in %d columns, too', async (columns) => {
    const { stdout } = await run(['deliveries', 'list'], { gateway, columns });
    expect(stdout).toMatch(/bounced \(hard\)/);
  });

  it('finds the mails to an address, in any case and in parts', async () => {
    expect((await list('--recipient', 'ANA@example.com')).map(({ id }) => id)).toEqual(['ana']);
    expect((await list('--recipient', '@example.com', '--destination', 'oncall')).length).toBe(4);
    expect(await list('--recipient', 'nobody@example.com')).toEqual([]);
  });

  it('finds the mails by what the service told last', async () => {
    expect(await list('--mail-state', 'bounced')).toMatchObject([{ id: 'ana', mail_state: 'bounced' }]);
    expect(await list('--mail-state', 'arrived')).toMatchObject([{ id: 'ben' }]);
    expect(await list('--mail-state', 'accepted')).toMatchObject([{ id: 'cleo' }]);
    expect(await list('--state', 'pending')).toMatchObject([{ id: 'dora', mail_state: null }]);
  });

  it('says what it looked for when it finds nothing', async () => {
    const argv = ['deliveries', 'list', '--recipient', 'x\u001b@y', '--mail-state', 'complained'];
    const { stdout } = await run(argv, { gateway });
    expect(stdout).toMatch(/^No deliveries to x\S*@y with the mail state complained since/);
    expect(stdout).not.toContain('\u001b');
  });

  it('knows no other mail states', async () => {
    const ran = await run(['deliveries', 'list', '--mail-state', 'lost'], { gateway });
    expect(ran).toMatchObject({ code: 2, stderr: expect.stringContaining('"lost" is not known') as string });
  });
});

describe('the story of a mail', () => {
  const show = async (id: string) => (await run(['deliveries', 'show', id], { gateway })).stdout;

  it('tells of a bounce first, then of everything that proves it', async () => {
    const stdout = await show('ana');
    expect(stdout).toMatch(/state +delivered, but bounced \(hard\)/);
    expect(stdout).toMatch(
      /mail +bounced \(hard\) at 2026-03-01T11:58:00\.000Z: Permanent General 5\.1\.1 no such user/,
    );
    expect(stdout).toContain(`sha256 ${'b0d1'.repeat(16)}`);
    expect(stdout).toContain('message id ses-1');
  });

  it.each([
    ['ben', /mail +arrived at \S+: the receiving server took it/],
    ['cleo', /mail +taken by the mail service, which has told no more yet/],
  ])('tells of %s how far it came', async (id, words) => {
    expect(await show(id)).toMatch(words);
  });

  it('tells that an attempt waits, why, since when, and that nothing is counted', async () => {
    keep('eve', {
      state: 'pending',
      reason: 'mail-quota-exhausted',
      attempts: [],
      deferrals: 3,
      deferred_since: '2026-03-01T11:30:00.000Z',
      due_at: '2026-03-01T12:05:00.000Z',
    });
    const stdout = await show('eve');
    expect(stdout).toContain(
      'its daily quota is used up; put back 3 times since 2026-03-01T11:30:00.000Z, which counts as no attempt',
    );
    expect(stdout).toMatch(/1\. {2}due in 5m|1\. {2}due .*2026-03-01T12:05:00/);
  });

  it('tells of an attempt that waited before it was made', async () => {
    const waited = anAttempt({ deferrals: 1, deferred_since: '2026-03-01T11:30:00.000Z' });
    keep('fay', { attempts: [waited] });
    expect(await show('fay')).toContain('put back 1 time before, since 2026-03-01T11:30:00.000Z');
  });
});
