import { describe, expect, test } from 'vitest';
import { prepareEmail, type EmailPorts } from '../../../../../functions/core/deliver/email/prepare-email.ts';
import type { Answered } from '../../../../../functions/core/deliver/attempt.ts';
import type { Mail } from '../../../../../functions/core/model/wire/mail.ts';
import { aMailingList, aMessage } from '../../../../adapters/records.ts';

const message = aMessage({ channel: 'email', destination_id: 'dst_2', recipient: 'ops@example.com' });
const never = async () => Promise.reject(new Error('SES was asked'));
const RESULT: Answered = { verdict: 'delivered', facts: { status: 250 } };

async function prepare(smtp: EmailPorts['smtp']) {
  return prepareEmail(message, aMailingList(), {
    ...(smtp !== undefined && { smtp }),
    mailer: { send: never },
    quota: { standing: never, noteExhausted: () => undefined },
    suppressions: { find: async () => undefined },
    unsubscribe: {
      baseUrl: 'https://gateway.example/v1/unsubscribe',
      keys: { keys: async () => ({ current: 'key' }) },
    },
    messageIdDomain: 'ses.example',
  });
}

describe('a mail of a destination with a mail server', () => {
  test('goes there, under its domain; SES and its quota are not asked', async () => {
    const sent: Mail[] = [];
    const prepared = await prepare(async () => ({
      messageIdDomain: 'sender.example',
      send: async (mail) => {
        sent.push(mail);
        return RESULT;
      },
    }));
    if (!('send' in prepared)) throw new Error('nothing to send');
    expect(prepared).not.toHaveProperty('wait');
    expect(await prepared.send()).toBe(RESULT);
    expect(sent).toMatchObject([
      {
        to: 'ops@example.com',
        headers: {
          'Message-ID': expect.stringMatching(/@sender\.example>$/) as string,
          'List-Unsubscribe': expect.stringMatching(
            /^<https:\/\/gateway\.example\/v1\/unsubscribe\/u1\.\S+>$/,
          ) as string,
          'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
          'Auto-Submitted': 'auto-generated',
        },
      },
    ]);
  });

  test('is not begun when the secret cannot be read: that is our fault, and no attempt', async () => {
    await expect(prepare(async () => Promise.reject(new Error('secret cannot be read')))).rejects.toThrow(
      'secret cannot be read',
    );
  });
});
