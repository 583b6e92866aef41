import { expect, test } from 'vitest';
import {
  classifySmtpAnswer,
  queueIdOf,
} from '../../../../../functions/core/deliver/email/smtp/classify-smtp-answer.ts';
import type { SmtpAnswer, SmtpStage } from '../../../../../functions/core/deliver/email/smtp/smtp-client.ts';

const reply = (code: number, text: string, stage: SmtpStage = 'recipient'): SmtpAnswer => ({
  phasesMs: {},
  answer: 'refused',
  stage,
  code,
  reply: text,
});

test.each([
  [421, '4.3.2 closing', 'recipient', 'waits', 'mail-throttled'],
  [450, '4.2.1 too many messages', 'recipient', 'waits', 'mail-throttled'],
  [450, '4.2.0 greylisted, try again later', 'recipient', 'retry', 'mail-service-failed'],
  [550, '5.4.5 Daily user sending limit exceeded', 'sender', 'waits', 'mail-quota-exhausted'],
  [421, '4.7.0 quota of 500 mails per day', 'sender', 'waits', 'mail-quota-exhausted'],
  [535, '5.7.8 bad credentials', 'login', 'failed', 'mail-login-refused'],
  [550, '5.1.1 no such user', 'recipient', 'failed', 'mail-rejected'],
] as const)('%d %s at %s: %s, %s', (code, text, stage, verdict, reason) => {
  expect(classifySmtpAnswer(reply(code, text, stage))).toEqual({ verdict, reason });
});

test('what was taken is delivered', () => {
  const done: SmtpAnswer = { phasesMs: {}, answer: 'done', stage: 'message', code: 250, reply: '250 ok' };
  expect(classifySmtpAnswer(done)).toEqual({ verdict: 'delivered' });
});

test.each(['timeout', 'connection-failed'] as const)(
  'a mail may be sent when it was handed over before the %s, and not earlier',
  (answer) => {
    const at = (stage: SmtpStage): SmtpAnswer => ({ phasesMs: {}, answer, stage, detail: 'x' });
    expect(classifySmtpAnswer(at('message'))).toEqual({ verdict: 'retry', reason: answer, mayBeSent: true });
    expect(classifySmtpAnswer(at('recipient'))).toEqual({ verdict: 'retry', reason: answer });
  },
);

test.each([
  ['no-login', 'failed', 'mail-login-refused'],
  ['refused-address', 'failed', 'refused-address'],
  ['unusable-certificate', 'failed', 'unusable-certificate'],
] as const)('%s: %s, %s', (answer, verdict, reason) => {
  expect(classifySmtpAnswer({ phasesMs: {}, answer, detail: 'x' })).toEqual({ verdict, reason });
});

test.each(['dns-failed', 'tls-failed'] as const)('%s is tried again', (answer) => {
  expect(classifySmtpAnswer({ phasesMs: {}, answer, stage: 'connect', detail: 'x' })).toEqual({
    verdict: 'retry',
    reason: answer,
  });
});

test.each([
  ['250 2.0.0 Ok: queued as 4F1B2C', '4F1B2C'],
  ['250 OK id=1q2w3e-0004', '1q2w3e-0004'],
  ['250 2.6.0 <abc@host> [InternalId=1]', '<abc@host>'],
  ['250 2.0.0 OK  1700000000 a1b2c3d4 - gsmtp', 'a1b2c3d4'],
  ['250 Ok 0102018c-aaaa-bbbb', '0102018c-aaaa-bbbb'],
  ['250 fine', undefined],
])('of "%s" the server calls the mail %s', (text, id) => {
  expect(queueIdOf(text)).toBe(id);
});
