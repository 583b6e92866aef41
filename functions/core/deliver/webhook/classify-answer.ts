import type { HttpAnswer } from '../ports.ts';
import type { Verdict } from '../attempt.ts';
import { parseRetryAfter } from './retry-after.ts';

type Judged = Extract<Verdict, { verdict: 'delivered' | 'retry' | 'failed' }>;

/**
 * The verdict for each answer of a receiver: the one table.
 *
 * | answer | verdict |
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
export function classifyAnswer(answer: HttpAnswer, nowMs: number): Judged {
  switch (answer.answer) {
    case 'response':
      return classifyStatus(answer.status, parseRetryAfter(answer.retryAfter, nowMs));
    case 'refused-address':
      return { verdict: 'failed', reason: 'refused-url' };
    case 'unusable-certificate':
      return { verdict: 'failed', reason: 'unusable-certificate' };
    case 'timeout':
    case 'dns-failed':
    case 'connection-failed':
    case 'tls-failed':
      return { verdict: 'retry', reason: answer.answer };
  }
}

function classifyStatus(status: number, retryAfterMs: number | undefined): Judged {
  const wait = retryAfterMs === undefined ? {} : { retryAfterMs };
  if (status >= 200 && status <= 299) {
    return { verdict: 'delivered' };
  }
  if (status === 408 || status === 425 || status === 429) {
    return { verdict: 'retry', reason: 'receiver-busy', ...wait };
  }
  if (status >= 500 && status <= 599) {
    return { verdict: 'retry', reason: 'receiver-error', ...wait };
  }
  if (status === 410) {
    return { verdict: 'failed', reason: 'receiver-gone' };
  }
  return {
    verdict: 'failed',
    reason: status >= 300 && status <= 399 ? 'receiver-redirected' : 'receiver-rejected',
  };
}
