import type { EmailDestination } from '../../model/config/destination.ts';
import type { DeliveryMessage } from '../../model/wire/delivery.ts';
import type { Mail } from '../../model/wire/mail.ts';
import type { MailQuotaState } from '../../model/wire/mail-quota.ts';
import type { Answered } from '../attempt.ts';
import type { Mailer, MailQuota } from '../ports.ts';
import { judgeMailResult } from './ses.ts';
import type { MailServer } from './smtp/mail-server.ts';

export type TransportPorts = {
  /** The mail server of the destination itself; undefined where its mails go out through SES. */
  smtp?: (destination: EmailDestination) => Promise<MailServer | undefined>;
  mailer: Mailer;
  quota: MailQuota;
  /** The domain of Message-ID and of the thread: the sender's. */
  messageIdDomain: string;
};

/** How the mails of one destination go out. */
type Transport = MailServer & { quota: MailQuotaState };

/** The destination's own mail server, which no quota of ours limits, or SES. */
export async function transportOf(
  message: DeliveryMessage,
  destination: EmailDestination,
  ports: TransportPorts,
): Promise<Transport> {
  const server = await ports.smtp?.(destination);
  if (server !== undefined) return { ...server, quota: 'ample' };
  const { messageIdDomain, quota } = ports;
  const { state } = await quota.standing();
  return { messageIdDomain, quota: state, send: async (mail) => sendBySes(mail, message, ports) };
}

async function sendBySes(
  mail: Mail,
  { delivery_id: deliveryId, alert_id: alertId }: DeliveryMessage,
  { mailer, quota }: TransportPorts,
): Promise<Answered> {
  const result = await mailer.send({ ...mail, deliveryId, alertId });
  if (result.result === 'quota-exceeded') quota.noteExhausted();
  return judgeMailResult(result);
}
