import { mailQuotaState, type MailQuotaStanding } from '../../core/model/wire/mail-quota.ts';
import type { Clock, EventLog } from '../../core/world.ts';
import type { MailQuota } from '../../core/deliver/ports.ts';
import type { SesClient } from './client.ts';

/** How long an answer is remembered; SES lets an account ask once per second. */
const TTL_MS = 60_000;
/** A mail waits for this answer, and goes out without it. */
const ASK_TIMEOUT_MS = 2_000;
/** A refusal is believed for this long, whatever the numbers say: they are behind by minutes. */
const REFUSAL_MS = 300_000;

/**
 * What SES still lets the account send: asked at most once a minute per environment, calls at the same time share one.
 *
 * Never fails: what cannot be known is `ample`, and is asked again a minute later.
 * https://docs.aws.amazon.com/ses/latest/APIReference/API_GetSendQuota.html (read 2026-11-21)
 */
export function sesMailQuota({
  client,
  clock,
  log,
}: {
  client: SesClient;
  clock: Clock;
  log: EventLog;
}): MailQuota {
  let known: { standing: MailQuotaStanding; untilMs: number } | undefined;
  let asking: Promise<MailQuotaStanding> | undefined;
  let refusedUntilMs = 0;

  async function ask(): Promise<MailQuotaStanding> {
    let standing: MailQuotaStanding = { state: 'ample' };
    try {
      const answered = await client.call('GetSendQuota', {}, AbortSignal.timeout(ASK_TIMEOUT_MS));
      const [perDay, sentLastDay] = [answered('Max24HourSend'), answered('SentLast24Hours')].map(Number);
      if (perDay !== undefined && sentLastDay !== undefined && !Number.isNaN(perDay + sentLastDay)) {
        standing = { state: mailQuotaState(perDay, sentLastDay), perDay, sentLastDay };
      }
    } catch (error) {
      log.error('mail-quota.unknown', { error });
    }
    known = { standing, untilMs: clock.now() + TTL_MS };
    asking = undefined;
    return standing;
  }

  return {
    standing: async () => {
      const current =
        known !== undefined && clock.now() < known.untilMs ? known.standing : await (asking ??= ask());
      return clock.now() < refusedUntilMs ? { ...current, state: 'exhausted' } : current;
    },
    noteExhausted: () => {
      refusedUntilMs = clock.now() + REFUSAL_MS;
    },
  };
}
