import { describe, expect, test } from 'vitest';
import { classifySesRefusal } from '../../../../functions/core/deliver/email/ses.ts';

const UNVERIFIED =
  'Email address is not verified. The following identities failed the check in region EU-CENTRAL-1: ops@example.com';

describe('a refusal of SES', () => {
  test.each([
    // Waits, and uses no attempt.
    ['Throttling', 400, 'Maximum sending rate exceeded.', 'throttled'],
    ['Throttling', 400, 'Daily message quota exceeded.', 'quota-exceeded'],
    ['ThrottlingException', 400, 'Daily message quota exceeded', 'quota-exceeded'],
    ['TooManyRequestsException', 429, 'Too many', 'throttled'],
    ['SomethingNew', 429, 'slower', 'throttled'],
    ['LimitExceededException', 400, 'limit', 'throttled'],
    // Is tried again.
    ['AccountSendingPausedException', 400, 'paused', 'unavailable'],
    ['ConfigurationSetSendingPausedException', 400, 'paused', 'unavailable'],
    ['MessageRejected', 400, 'Sending paused for this account.', 'unavailable'],
    ['MessageRejected', 400, 'Sending suspended for this account. For more information, see', 'unavailable'],
    ['InternalFailure', 500, 'x', 'unavailable'],
    ['ServiceUnavailable', 503, 'x', 'unavailable'],
    // An operator must act.
    ['MessageRejected', 400, UNVERIFIED, 'not-permitted'],
    ['MessageRejected', 400, 'Email address is not verified.', 'not-permitted'],
    ['AccessDenied', 403, 'User is not authorized to perform ses:SendRawEmail', 'not-permitted'],
    ['AccessDeniedException', 400, 'x', 'not-permitted'],
    ['SomethingNew', 403, 'x', 'not-permitted'],
    ['OptInRequired', 403, 'x', 'not-permitted'],
    ['ConfigurationSetDoesNotExist', 400, 'x', 'not-permitted'],
    ['ConfigurationSetDoesNotExistException', 400, 'x', 'not-permitted'],
    ['MailFromDomainNotVerified', 400, 'x', 'not-permitted'],
    ['MailFromDomainNotVerifiedException', 400, 'x', 'not-permitted'],
    ['FromEmailAddressNotVerified', 400, 'x', 'not-permitted'],
    // The mail itself.
    ['MessageRejected', 400, 'Address blacklisted.', 'rejected'],
    ['InvalidParameterValue', 400, 'Illegal address', 'rejected'],
    ['ValidationError', 400, 'x', 'rejected'],
    ['SomethingNew', 400, 'x', 'rejected'],
    // Keys: a fault of the worker.
    ['ExpiredToken', 403, 'x', undefined],
    ['InvalidClientTokenId', 403, 'x', undefined],
    ['SignatureDoesNotMatch', 403, 'x', undefined],
    ['RequestExpired', 400, 'x', undefined],
    // No answer of SES at all.
    ['TypeError', undefined, 'x', undefined],
  ] as const)('%s (%s): %s is %s', (code, status, message, result) => {
    expect(classifySesRefusal({ code, status, message })).toBe(result);
  });

  test('with a name that every object has is no verdict by accident', () => {
    expect(classifySesRefusal({ code: 'constructor', message: 'x' })).toBeUndefined();
  });
});
