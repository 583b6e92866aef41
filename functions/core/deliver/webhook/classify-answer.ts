import type { Outcome } from '../../model/wire/delivery.ts';
import type { HttpAnswer } from '../ports.ts';
import { parseRetryAfter } from '../waits.ts';

type AttemptOutcome = Extract<Outcome, { outcome: 'delivered' | 'retry' | 'failed' }>;

/**
 * What an answer means for the delivery: the one table.
 *
 * | answer | outcome |
 * |---|---|
 * | 2xx | delivered |
 * | 408 425 429 | retry, receiver-busy |
 * | 5xx | retry, receiver-error |
 * | 410 | failed, receiver-gone |
 * | 3xx | failed, receiver-redirected: not followed |
 * | anything else | failed, receiver-rejected |
 * | no answer in time, no connection, bad TLS, no DNS | retry |
 * | refused address | failed, refused-url |
 * | our certificate cannot be used | failed, unusable-certificate |
 */
export function classifyAnswer(answer: HttpAnswer, nowMs: number): AttemptOutcome {
  switch (answer.answer) {
    case 'response':
      return classifyStatus(answer.status, parseRetryAfter(answer.retryAfter, nowMs));
    case 'refused-address':
      return { outcome: 'failed', reason: 'refused-url' };
    case 'unusable-certificate':
      return { outcome: 'failed', reason: 'unusable-certificate' };
    case 'timeout':
    case 'dns-failed':
    case 'connection-failed':
    case 'tls-failed':
      return { outcome: 'retry', reason: answer.answer };
  }
}

function classifyStatus(status: number, retryAfterMs: number | undefined): AttemptOutcome {
  const wait = retryAfterMs === undefined ? {} : { retryAfterMs };
  if (status >= 200 && status <= 299) {
    return { outcome: 'delivered' };
  }
  if (status === 408 || status === 425 || status === 429) {
    return { outcome: 'retry', reason: 'receiver-busy', ...wait };
  }
  if (status >= 500 && status <= 599) {
    return { outcome: 'retry', reason: 'receiver-error', ...wait };
  }
  if (status === 410) {
    return { outcome: 'failed', reason: 'receiver-gone' };
  }
  return {
    outcome: 'failed',
    reason: status >= 300 && status <= 399 ? 'receiver-redirected' : 'receiver-rejected',
  };
}
