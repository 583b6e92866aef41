import type { MailQuotaStanding } from '../../model/wire/mail-quota.ts';
import { quotaAlert } from '../../system-alerts/mail-quota.ts';
import { raised } from '../../system-alerts/raise.ts';
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
      await alerts.enqueue(raised([alert]));
    } catch (error) {
      told = before;
      // A failed alert is no reason to hold a mail back.
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
