import { describe, expect, test } from 'vitest';
import { transportOf, type TransportPorts } from '../../../../functions/core/deliver/email/transport.ts';
import type { MailResult } from '../../../../functions/core/deliver/ports.ts';
import type { Mail } from '../../../../functions/core/model/wire/mail.ts';
import { aMailingList, aMessage } from '../../../adapters/records.ts';

const MAIL: Mail = { to: 'ops@example.com', subject: 's', text: 't', html: 'h', headers: {} };
const MESSAGE = aMessage({ channel: 'email', recipient: 'ops@example.com' });

function ses(answer: MailResult) {
  const told: string[] = [];
  const ports: TransportPorts = {
    mailer: {
      send: async ({ deliveryId, alertId }) => {
        told.push(`sent ${deliveryId} of ${alertId}`);
        return answer;
      },
    },
    quota: {
      standing: async () => (told.push('asked for the quota'), { state: 'scarce' }),
      noteExhausted: () => void told.push('exhausted'),
    },
    messageIdDomain: 'ses.example',
  };
  return { told, ports };
}

describe('the transport of a mail', () => {
  test('is SES, with its quota, and tags the mail with its delivery', async () => {
    const { told, ports } = ses({ result: 'accepted', messageId: 'ses-1' });
    const transport = await transportOf(MESSAGE, aMailingList(), ports);
    expect(transport).toMatchObject({ messageIdDomain: 'ses.example', quota: 'scarce' });
    expect(await transport.send(MAIL)).toMatchObject({ verdict: 'delivered' });
    expect(told).toEqual(['asked for the quota', `sent ${MESSAGE.delivery_id} of ${MESSAGE.alert_id}`]);
  });

  test('remembers that SES takes no more', async () => {
    const { told, ports } = ses({ result: 'quota-exceeded', code: 'Code', detail: 'in words' });
    const transport = await transportOf(MESSAGE, aMailingList(), ports);
    expect(await transport.send(MAIL)).toMatchObject({ verdict: 'waits', reason: 'mail-quota-exhausted' });
    expect(told.at(-1)).toBe('exhausted');
  });

  test("is the destination's own mail server, whatever SES may still send", async () => {
    const { told, ports } = ses({ result: 'accepted', messageId: 'ses-1' });
    const sent: Mail[] = [];
    const server = {
      messageIdDomain: 'sender.example',
      send: async (mail: Mail) => (sent.push(mail), { verdict: 'delivered' as const, facts: {} }),
    };
    const transport = await transportOf(MESSAGE, aMailingList(), { ...ports, smtp: async () => server });
    expect(transport).toMatchObject({ messageIdDomain: 'sender.example', quota: 'ample' });
    await transport.send(MAIL);
    expect({ sent, told }).toEqual({ sent: [MAIL], told: [] });
  });
});
