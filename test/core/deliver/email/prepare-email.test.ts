import { describe, expect, test } from 'vitest';
import { prepareEmail } from '../../../../functions/core/deliver/email/prepare-email.ts';
import { STANDARD_RETRY } from '../../../../functions/core/model/config/destination.ts';
import { UnreadableConfigError } from '../../../../functions/core/model/config/unreadable-config.ts';
import type { Mailer, MailQuota, MailResult } from '../../../../functions/core/deliver/ports.ts';
import { readUnsubscribeToken } from '../../../../functions/core/signing/unsubscribe-token.ts';
import { aMailingList, aMessage, aWebhook } from '../../../adapters/records.ts';

const accepted: MailResult = { result: 'accepted', messageId: 'ses-1' };
const message = aMessage({ channel: 'email', destination_id: 'dst_2', recipient: 'ops@example.com' });

/** A quota in a state; counts how often it is told that nothing more is taken. */
function aQuota(state: 'ample' | 'scarce' | 'exhausted' = 'ample') {
  const quota: MailQuota & { noted: number } = {
    noted: 0,
    standing: async () => ({ state }),
    noteExhausted: () => void (quota.noted += 1),
  };
  return quota;
}

async function prepare(
  answer: MailResult = accepted,
  given = message,
  destination = aMailingList(),
  quota = aQuota(),
) {
  const sent: Parameters<Mailer['send']>[0][] = [];
  const mailer: Mailer = {
    send: async (mail) => {
      sent.push(mail);
      return answer;
    },
  };
  const prepared = await prepareEmail(given, destination, {
    mailer,
    quota,
    suppressions: { find: async () => undefined },
    messageIdDomain: 'example.com',
  });
  return { prepared, sent };
}

async function attempt(answer?: MailResult) {
  const { prepared, sent } = await prepare(answer);
  if (!('send' in prepared)) throw new Error('nothing to send');
  return { prepared, sent, result: await prepared.send() };
}

test('one mail goes to the one recipient of the delivery, with its id', async () => {
  const { sent, result, prepared } = await attempt();
  expect(sent).toMatchObject([{ to: 'ops@example.com', deliveryId: 'delivery-1' }]);
  expect(sent[0]?.subject).toContain('Something happened');
  expect(result).toEqual({ verdict: 'delivered', facts: { message_id: 'ses-1' } });
  expect(prepared.schedule).toEqual(STANDARD_RETRY);
});

test('every attempt writes the same mail', async () => {
  const [first, second] = [await attempt(), await attempt()];
  expect(second.sent).toEqual(first.sent);
  expect(second.prepared.body).toBe(first.prepared.body);
});

describe('what the mail service says', () => {
  test.each([
    ['throttled', { verdict: 'waits', reason: 'mail-throttled' }],
    ['quota-exceeded', { verdict: 'waits', reason: 'mail-quota-exhausted' }],
    ['unavailable', { verdict: 'retry', reason: 'mail-service-failed' }],
    ['rejected', { verdict: 'failed', reason: 'mail-rejected' }],
    ['not-permitted', { verdict: 'failed', reason: 'mail-not-permitted' }],
    ['unanswered', { verdict: 'retry', reason: 'mail-service-failed' }],
  ] as const)('%s means %o', async (result, verdict) => {
    expect((await attempt({ result, code: 'Code', detail: 'in words' })).result).toEqual({
      ...verdict,
      facts: { detail: 'Code: in words' },
      // What was refused was not sent; without an answer nobody knows.
      ...(result === 'unanswered' && { mayBeSent: true }),
    });
  });
});

describe('the quota of the day', () => {
  test.each([
    ['ample', undefined],
    ['scarce', undefined],
    ['exhausted', 'mail-quota-exhausted'],
  ] as const)('when it is %s, a mail waits because of %s', async (state, wait) => {
    const { prepared } = await prepare(accepted, message, aMailingList(), aQuota(state));
    expect('wait' in prepared ? prepared.wait : undefined).toBe(wait);
  });

  test.each([
    ['quota-exceeded', 1],
    ['throttled', 0],
  ] as const)('learns of a mail that was %s: %d', async (result, noted) => {
    const quota = aQuota();
    const answer = { result, code: 'Throttling', detail: '' };
    const { prepared } = await prepare(answer, message, aMailingList(), quota);
    if (!('send' in prepared)) throw new Error('nothing to send');
    await prepared.send();
    expect(quota.noted).toBe(noted);
  });
});

test('a recipient who was removed gets nothing', async () => {
  const destination = aMailingList({ recipients: [{ address: 'other@example.com', role: 'it_admin' }] });
  expect((await prepare(accepted, message, destination)).prepared).toEqual({
    verdict: 'suppressed',
    reason: 'recipient-removed',
  });
});

test.each(['unsubscribed', 'bounced', 'complained', 'by-operator'] as const)(
  'a recipient who is suppressed (%s) gets nothing, and the reason is kept',
  async (reason) => {
    const asked: string[][] = [];
    const prepared = await prepareEmail(message, aMailingList(), {
      mailer: { send: async () => Promise.reject(new Error('must not be sent')) },
      quota: aQuota(),
      suppressions: {
        find: async (destinationId, address) => {
          asked.push([destinationId, address]);
          return { destination_id: destinationId, address, reason, at: message.created_at, by: 'page' };
        },
      },
      messageIdDomain: 'example.com',
    });
    expect(prepared).toEqual({ verdict: 'suppressed', reason });
    expect(asked).toEqual([['dst_2', 'ops@example.com']]);
  },
);

test('a mail carries the link of its own recipient, the same at every attempt, system alerts included', async () => {
  const keys = { current: 'key' };
  const link = async (given = message) => {
    const sent: Parameters<Mailer['send']>[0][] = [];
    const prepared = await prepareEmail(given, aMailingList(), {
      mailer: {
        send: async (mail) => {
          sent.push(mail);
          return accepted;
        },
      },
      quota: aQuota(),
      suppressions: { find: async () => undefined },
      unsubscribe: { baseUrl: 'https://gateway.example/v1/unsubscribe', keys: { keys: async () => keys } },
      messageIdDomain: 'example.com',
    });
    if (!('send' in prepared)) throw new Error('nothing to send');
    await prepared.send();
    const [mail] = sent;
    const [, token = ''] =
      /^<https:\/\/gateway\.example\/v1\/unsubscribe\/([\w.-]+)>$/.exec(
        mail?.headers['List-Unsubscribe'] ?? '',
      ) ?? [];
    expect(mail?.headers['List-Unsubscribe-Post']).toBe('List-Unsubscribe=One-Click');
    expect(mail?.html).toContain(token);
    expect(mail?.text).toContain(token);
    return token;
  };
  const token = await link();
  expect(readUnsubscribeToken(keys, token)?.isFor('ops@example.com')).toBe(true);
  expect(await link({ ...message, attempt: 3, not_before: '2026-11-22T00:00:00.000Z' })).toBe(token);
  const aboutUs = { ...message.alert, source: { id: 'tocsin', name: 'Tocsin', format: 'system' } };
  expect(await link({ ...message, alert: { ...aboutUs, severity: 'critical' } })).toBe(token);
});

test('a recipient is the same in any case', async () => {
  const destination = aMailingList({ recipients: [{ address: 'OPS@example.com', role: 'executive' }] });
  expect((await prepare(accepted, message, destination)).prepared).not.toHaveProperty('suppressed');
});

test('a destination of another channel, or nobody named: planned while the destination could not be read', async () => {
  await expect(prepare(accepted, message, aWebhook() as never)).rejects.toThrow(UnreadableConfigError);
  const { recipient: _, ...nobody } = message;
  await expect(prepare(accepted, nobody)).rejects.toThrow('send the alert instead: tocsin replay');
});

describe("the operator's steps", () => {
  async function loadsFor(given: typeof message) {
    let loads = 0;
    const sent: Parameters<Mailer['send']>[0][] = [];
    const prepared = await prepareEmail(given, aMailingList(), {
      mailer: {
        send: async (mail) => {
          sent.push(mail);
          return accepted;
        },
      },
      quota: aQuota(),
      suppressions: { find: async () => undefined },
      remediation: {
        load: async () => {
          loads += 1;
          return [{ type: 'threat_*', steps: ['Call the desk'] }];
        },
      },
      messageIdDomain: 'example.com',
    });
    if (!('send' in prepared)) throw new Error('nothing to send');
    await prepared.send();
    return { loads, text: sent[0]?.text };
  }

  test('stand in the mail about an alert without steps', async () => {
    const { loads, text } = await loadsFor(message);
    expect(loads).toBe(1);
    expect(text).toContain('Call the desk');
  });

  test('are not even asked for when the alert brings its own', async () => {
    const alert = { ...message.alert, remediation: { steps: ['Unplug it'] } };
    const { loads, text } = await loadsFor({ ...message, alert });
    expect(loads).toBe(0);
    expect(text).toContain('Unplug it');
  });
});
