import type { Alert } from '../../model/wire/alert.ts';
import type { MailQuotaStanding } from '../../model/wire/mail-quota.ts';
import { CONCERNED_MAIL_SERVICE, systemAlert } from '../../model/system-alert.ts';
import type { AlertQueue } from '../../ingest/ports.ts';
import type { Clock, EventLog } from '../../world.ts';
import type { MailQuota } from '../ports.ts';

type Ports = { quota: MailQuota; alerts: AlertQueue; clock: Clock; log: EventLog; tenantId: string };

/**
 * The same quota, which tells the others when it becomes scarce, and again when it is exhausted: each at most once an
 * hour, because the alert of an hour has one id. An alert that cannot be sent is tried again with the next mail.
 */
export function watchedQuota({ quota, alerts, clock, log, tenantId }: Ports): MailQuota {
  let told = '';

  async function tell(standing: MailQuotaStanding): Promise<void> {
    const alert = quotaAlert(standing, clock.now(), tenantId);
    if (alert.id === told) return;
    const before = told;
    // Ahead of the call, so that the mails of one batch send one alert.
    told = alert.id;
    try {
      await alerts.enqueue({ schema_version: '1', request_id: 'system', alerts: [alert], is_repeat: true });
    } catch (error) {
      told = before;
      // No reason to hold a mail back.
      log.error('mail-quota.not-told', { error });
    }
  }

  return {
    standing: async () => {
      const standing = await quota.standing();
      if (standing.state !== 'ample') await tell(standing);
      return standing;
    },
    noteExhausted: () => {
      quota.noteExhausted();
    },
  };
}

function quotaAlert(
  { state, perDay, sentLastDay }: MailQuotaStanding,
  nowMs: number,
  tenantId: string,
): Alert {
  const isExhausted = state === 'exhausted';
  const used =
    perDay === undefined || sentLastDay === undefined
      ? 'SES refuses mails because of its daily quota.'
      : `SES sends ${perDay} mails in any 24 hours, and ${sentLastDay} were sent in the last 24.`;
  return systemAlert({
    type: 'tocsin.mail-quota',
    subject: state,
    severity: isExhausted ? 'critical' : 'high',
    title: isExhausted ? 'SES takes no more mails today' : 'SES takes few more mails today',
    description: isExhausted
      ? `${used} Mails wait until SES takes them again, for 24 hours at most; none is lost before that. Webhooks are not affected.`
      : `${used} What is left is kept for critical alerts: the others share mails. Webhooks are not affected.`,
    steps: [
      'See what is used: tocsin status',
      'Ask for a higher quota, or for production access: https://docs.aws.amazon.com/ses/latest/dg/manage-sending-quotas-request-increase.html',
      'Send fewer mails meanwhile: tocsin destination update NAME --min-severity high',
      'Have a way besides mail: tocsin setup --channel webhook',
    ],
    details: {
      [CONCERNED_MAIL_SERVICE]: 'ses',
      state,
      ...(perDay !== undefined && { mails_per_day: perDay }),
      ...(sentLastDay !== undefined && { sent_last_24_hours: sentLastDay }),
    },
    nowMs,
    tenantId,
  });
}
