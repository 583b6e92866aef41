import { GetSendQuotaCommand, type SESClient } from '@aws-sdk/client-ses';
import { mailQuotaState, type MailQuotaStanding } from '../../core/model/wire/mail-quota.ts';
import type { Clock, EventLog } from '../../core/world.ts';
import type { MailQuota } from '../../core/deliver/ports.ts';
import { isWithin } from '../memory/within.ts';

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
  client: SESClient;
  clock: Clock;
  log: EventLog;
}): MailQuota {
  let known: { standing: MailQuotaStanding; untilMs: number } | undefined;
  let asking: Promise<MailQuotaStanding> | undefined;
  let refusedUntilMs = 0;

  async function ask(): Promise<MailQuotaStanding> {
    let standing: MailQuotaStanding = { state: 'ample' };
    try {
      const { Max24HourSend: perDay, SentLast24Hours: sentLastDay } = await client.send(
        new GetSendQuotaCommand({}),
        { abortSignal: AbortSignal.timeout(ASK_TIMEOUT_MS) },
      );
      if (perDay !== undefined && sentLastDay !== undefined) {
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
        known !== undefined && isWithin(known.untilMs, TTL_MS, clock.now())
          ? known.standing
          : await (asking ??= ask());
      return isWithin(refusedUntilMs, REFUSAL_MS, clock.now()) ? { ...current, state: 'exhausted' } : current;
    },
    noteExhausted: () => {
      refusedUntilMs = clock.now() + REFUSAL_MS;
    },
  };
}
