import type { Verdict } from '../../attempt.ts';
import type { SmtpAnswer } from './smtp-client.ts';

/** A limit of the day, whatever code it comes with: Google says 550 5.4.5 and 421 4.7.28. */
const DAY_IS_OVER = /\b5\.4\.5\b|daily .{0,30}(limit|quota)|(limit|quota).{0,30} per day/i;
/** A server that asks to slow down, in the words that servers use. "Try again later" alone is greylisting. */
const TOO_FAST = /\b4\.7\.28\b|too (many|fast|quickly|much)|rate.?limit|throttl|slow down/i;

type Judged = Extract<Verdict, { verdict: 'delivered' | 'retry' | 'failed' | 'waits' }>;

/**
 * The verdict for each answer of a mail server: the one table.
 *
 * | answer | verdict |
 * |---|---|
 * | 2xx to the message | delivered |
 * | the quota of the day, 4xx or 5xx | waits, mail-quota-exhausted |
 * | 421, or 4xx that speaks of a rate | waits, mail-throttled |
 * | any other 4xx, greylisting above all | retry, mail-service-failed |
 * | 5xx to the login, or no login offered | failed, mail-login-refused |
 * | any other 5xx | failed, mail-rejected |
 * | no answer in time, no connection, bad TLS or certificate, no DNS | retry |
 * | no answer in time or a lost connection, after the mail was handed over | retry, and it may be sent |
 * | refused address | failed, refused-address |
 * | the private authority cannot be used | failed, unusable-certificate |
 */
export function classifySmtpAnswer(answer: SmtpAnswer): Judged {
  switch (answer.answer) {
    case 'done':
      return { verdict: 'delivered' };
    case 'refused':
      return classifyReply(answer);
    case 'no-login':
      return { verdict: 'failed', reason: 'mail-login-refused' };
    case 'refused-address':
    case 'unusable-certificate':
      return { verdict: 'failed', reason: answer.answer };
    case 'timeout':
    case 'connection-failed':
      return {
        verdict: 'retry',
        reason: answer.answer,
        ...(answer.stage === 'message' && { mayBeSent: true }),
      };
    case 'dns-failed':
    case 'tls-failed':
      return { verdict: 'retry', reason: answer.answer };
  }
}

function classifyReply({ stage, code, reply }: Extract<SmtpAnswer, { answer: 'refused' | 'done' }>): Judged {
  if (DAY_IS_OVER.test(reply)) {
    return { verdict: 'waits', reason: 'mail-quota-exhausted' };
  }
  if (code >= 500 && code <= 599) {
    return { verdict: 'failed', reason: stage === 'login' ? 'mail-login-refused' : 'mail-rejected' };
  }
  if (code === 421 || TOO_FAST.test(reply)) {
    return { verdict: 'waits', reason: 'mail-throttled' };
  }
  return { verdict: 'retry', reason: 'mail-service-failed' };
}

/** The name that the server gave the mail, for readers of its log; undefined when it gave none. */
export function queueIdOf(reply: string): string | undefined {
  const known = [
    // Postfix, and those that copy it.
    /queued as ([\w.-]{4,128})/i,
    // Exim.
    /\bid=([\w.-]{4,128})/i,
    // Microsoft 365.
    /^250 2\.\d\.\d (?:OK )?(<[^<>\s]{4,250}>)/i,
    // Google: the last word but one is its id.
    /^250 2\.0\.0 OK +\d+ ([\w.-]{4,128}) - gsmtp/i,
    // SES.
    /^250 Ok ([0-9a-f]+(?:-[0-9a-f]+)+)/i,
  ];
  return known.map((pattern) => pattern.exec(reply)?.[1]).find((id) => id !== undefined);
}
