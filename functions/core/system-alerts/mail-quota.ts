import type { Alert } from '../model/wire/alert.ts';
import type { MailQuotaStanding } from '../model/wire/mail-quota.ts';
import { CONCERNED_MAIL_SERVICE, systemAlert } from './raise.ts';

/** Tells that SES takes few more mails today, or none. */
export function quotaAlert(
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
