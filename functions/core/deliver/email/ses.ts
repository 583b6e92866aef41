import type { Answered, Verdict } from '../attempt.ts';
import type { MailResult } from '../ports.ts';

/** A refusal as SES words it: the error code, its message and the HTTP status. */
type SesRefusal = { code: string; message: string; status?: number | undefined };

type Judged = Extract<Verdict, { verdict: 'retry' | 'failed' | 'waits' }>;
type Refused = Exclude<MailResult['result'], 'accepted' | 'unanswered'>;

/**
 * Keys that are expired, unknown or wrongly used say nothing about the mail or the account: they are a fault of this
 * worker. https://docs.aws.amazon.com/ses/latest/APIReference/CommonErrors.html
 */
const OUR_OWN_FAULT = new Set([
  'ExpiredToken',
  'ExpiredTokenException',
  'IncompleteSignature',
  'InvalidClientTokenId',
  'MissingAuthenticationToken',
  'RequestExpired',
  'RequestTimeTooSkewed',
  'SignatureDoesNotMatch',
  'UnrecognizedClientException',
]);

const RESULTS: Readonly<Record<string, Refused>> = {
  Throttling: 'throttled',
  ThrottlingException: 'throttled',
  TooManyRequestsException: 'throttled',
  LimitExceededException: 'throttled',
  AccountSendingPausedException: 'unavailable',
  AccountSendingPaused: 'unavailable',
  ConfigurationSetSendingPausedException: 'unavailable',
  ConfigurationSetSendingPaused: 'unavailable',
  AccessDenied: 'not-permitted',
  AccessDeniedException: 'not-permitted',
  NotAuthorized: 'not-permitted',
  OptInRequired: 'not-permitted',
  SubscriptionRequiredException: 'not-permitted',
  ConfigurationSetDoesNotExist: 'not-permitted',
  ConfigurationSetDoesNotExistException: 'not-permitted',
  FromEmailAddressNotVerified: 'not-permitted',
  FromEmailAddressNotVerifiedException: 'not-permitted',
  MailFromDomainNotVerified: 'not-permitted',
  MailFromDomainNotVerifiedException: 'not-permitted',
  MessageRejected: 'rejected',
};

/**
 * The verdict for each refusal of SES: the one table. The codes come with SendRawEmail, or with every action
 * (https://docs.aws.amazon.com/ses/latest/APIReference/API_SendRawEmail.html).
 *
 * | refusal | result | the delivery then |
 * |---|---|---|
 * | throttled, and the words speak of the day | quota-exceeded | waits, mail-quota-exhausted |
 * | any other throttling, 429 | throttled | waits, mail-throttled |
 * | sending is paused for the account or the configuration set | unavailable | retry, mail-service-failed |
 * | 5xx | unavailable | retry, mail-service-failed |
 * | an identity is not verified: of the sender, or in the sandbox of a recipient | not-permitted | failed, mail-not-permitted |
 * | IAM does not allow it, any 403, a configuration set that does not exist | not-permitted | failed, mail-not-permitted |
 * | any other 4xx: the mail itself | rejected | failed, mail-rejected |
 * | our keys are not accepted | undefined | our own fault: the message comes back |
 *
 * Undefined as well where nothing says that SES answered.
 */
export function classifySesRefusal({ code, message, status }: SesRefusal): Refused | undefined {
  if (OUR_OWN_FAULT.has(code)) return undefined;
  const known = Object.hasOwn(RESULTS, code) ? RESULTS[code] : undefined;
  const result = known ?? byStatus(status);
  if (result === 'throttled') return /daily.{0,60}quota/i.test(message) ? 'quota-exceeded' : 'throttled';
  if (result === 'rejected') return rejection(message);
  return result;
}

/** `MessageRejected` stands for three things; only the words tell which. */
function rejection(message: string): Refused {
  if (/not verified/i.test(message)) return 'not-permitted';
  return /sending (is |was |has been )?(paused|suspended|disabled)/i.test(message)
    ? 'unavailable'
    : 'rejected';
}

function byStatus(status: number | undefined): Refused | undefined {
  if (status === undefined || status < 400) return undefined;
  if (status === 429) return 'throttled';
  if (status >= 500) return 'unavailable';
  return status === 403 ? 'not-permitted' : 'rejected';
}

/** The verdict over a mail that was handed to SES. */
export function judgeMailResult(result: MailResult): Answered {
  return result.result === 'accepted'
    ? { verdict: 'delivered', facts: { message_id: result.messageId } }
    : { ...judgeRefusal(result.result), facts: { detail: `${result.code}: ${result.detail}` } };
}

/**
 * | result | verdict |
 * |---|---|
 * | throttled | waits, mail-throttled |
 * | quota-exceeded | waits, mail-quota-exhausted |
 * | unavailable | retry, mail-service-failed |
 * | unanswered | retry, mail-service-failed; the mail may be sent |
 * | rejected | failed, mail-rejected |
 * | not-permitted | failed, mail-not-permitted |
 */
function judgeRefusal(result: Exclude<MailResult['result'], 'accepted'>): Judged {
  switch (result) {
    case 'throttled':
      return { verdict: 'waits', reason: 'mail-throttled' };
    case 'quota-exceeded':
      return { verdict: 'waits', reason: 'mail-quota-exhausted' };
    case 'unavailable':
      return { verdict: 'retry', reason: 'mail-service-failed' };
    case 'unanswered':
      return { verdict: 'retry', reason: 'mail-service-failed', mayBeSent: true };
    case 'rejected':
      return { verdict: 'failed', reason: 'mail-rejected' };
    case 'not-permitted':
      return { verdict: 'failed', reason: 'mail-not-permitted' };
  }
}
