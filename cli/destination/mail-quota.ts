import { mailQuotaState, type MailQuotaState } from '../../functions/core/model/wire/mail-quota.ts';
import { explainError } from '../words/explain-error.ts';
import type { MailAccount } from '../../functions/core/operator/ports.ts';
import type { Gateway } from '../gateway.ts';
import type { SetupCheck } from '../screen/checks.ts';

type Sending = Awaited<ReturnType<MailAccount['sending']>>;

/**
 * The mails that SES lets an account in its sandbox send in 24 hours. Version 1 of its interface has no word for the sandbox:
 * https://docs.aws.amazon.com/ses/latest/dg/request-production-access.html
 */
const SANDBOX_PER_DAY = 200;

export function looksLikeSandbox({ perDay }: Sending): boolean {
  return perDay >= 0 && perDay <= SANDBOX_PER_DAY;
}

/** The quota and its use in words; in capitals where mails do not arrive. */
export function describeSending(sending: Sending): SetupCheck[] {
  const { isEnabled, perDay, sentLastDay } = sending;
  const used = `${sentLastDay.toLocaleString('en')} of ${perDay.toLocaleString('en')} mails used in 24 hours`;
  const checks: SetupCheck[] = [];
  if (!isEnabled) {
    checks.push({ result: 'failed', text: 'sending is switched off for this account; see the SES console' });
  }
  if (looksLikeSandbox(sending)) {
    checks.push({
      result: 'warning',
      text: `LOOKS LIKE THE SES SANDBOX (${used}): it sends to verified addresses only; ask for production access in the SES console`,
    });
  }
  switch (mailQuotaState(perDay, sentLastDay)) {
    case 'exhausted':
      checks.push({
        result: 'warning',
        text: `SES TAKES NO MORE MAILS TODAY (${used}): they wait until it does, for 24 hours at most`,
      });
      break;
    case 'scarce':
      checks.push({
        result: 'warning',
        text: `THE QUOTA OF SES IS NEARLY USED UP (${used}): what is not critical shares mails`,
      });
      break;
    case 'ample':
      if (!looksLikeSandbox(sending)) {
        checks.push({
          result: 'ok',
          text:
            perDay < 0
              ? `SES sends without a limit; ${sentLastDay.toLocaleString('en')} mails in 24 hours`
              : used,
        });
      }
  }
  return checks;
}

/** The state of the mail service, for `status`. */
export type MailStatus =
  | (Sending & { state: MailQuotaState; checks: SetupCheck[] })
  /** There is no SES. */
  | { state: 'none' }
  | { state: 'unknown'; because: string };

/** Never fails: an operator who may not ask SES still sees the rest. */
export async function mailStatus({
  manifest,
  mailAccount,
}: Pick<Gateway, 'manifest' | 'mailAccount'>): Promise<MailStatus> {
  if (manifest.emailFrom === undefined) return { state: 'none' };
  try {
    const sending = await mailAccount.sending();
    const { perDay, sentLastDay } = sending;
    return { ...sending, state: mailQuotaState(perDay, sentLastDay), checks: describeSending(sending) };
  } catch (error) {
    return { state: 'unknown', because: explainError(error).message };
  }
}
