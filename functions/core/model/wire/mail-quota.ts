/**
 * How much mail the mail service still takes from us within 24 hours. While it is `scarce`, what is not critical
 * should share mails; once it is `exhausted`, mails wait.
 */
export type MailQuotaState = 'ample' | 'scarce' | 'exhausted';

/** The numbers stand there when the mail service told them. */
export type MailQuotaStanding = {
  state: MailQuotaState;
  /** Mails in any 24 hours. */
  perDay?: number;
  sentLastDay?: number;
};

/** From this share on the rest is kept for what is critical. */
const SCARCE_FROM = 0.8;

/**
 * What the two numbers mean. No limit (-1), and none that makes sense, is `ample`: a number that we do not
 * understand must hold no mail back.
 *
 * | used | state |
 * |---|---|
 * | below 80 % | `ample` |
 * | 80 % and more | `scarce` |
 * | all of it | `exhausted` |
 */
export function mailQuotaState(perDay: number, sentLastDay: number): MailQuotaState {
  if (!(perDay > 0) || !Number.isFinite(sentLastDay)) {
    return 'ample';
  }
  if (sentLastDay >= perDay) {
    return 'exhausted';
  }
  return sentLastDay >= perDay * SCARCE_FROM ? 'scarce' : 'ample';
}
