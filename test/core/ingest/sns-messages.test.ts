import { describe, expect, it } from 'vitest';
import { UnauthenticError } from '../../../functions/core/ingest/refusals.ts';
import { tlsAuthority } from '../../tls-authority.ts';
import { aRequest, aSource, inMemoryPorts, outcome, SECRET } from './a-request.ts';
import { anSnsTopic, CERTIFICATE_URL, SUBSCRIBE_URL } from './an-sns-topic.ts';

const topic = anSnsTopic();
const ALARM = JSON.stringify({ AlarmName: 'queue age', NewStateValue: 'ALARM', NewStateReason: 'too old' });
const notification = topic.sign({ Subject: 'Café ☕ ALARM', Message: ALARM });
const AUTHORIZATION = `Basic ${Buffer.from(`sns:${SECRET}`).toString('base64')}`;

/** A source behind a topic, and all that was fetched from Amazon on its behalf. */
function behindTopic(
  given: { format?: string; certificate?: string | Error; confirmation?: Error; nowMs?: number } = {},
) {
  const fetched: string[] = [];
  const source = aSource({
    auth: { type: 'basic', username: 'sns' },
    format: given.format ?? 'cloudwatch-alarm',
  });
  const memory = inMemoryPorts({ sources: [source], nowMs: given.nowMs ?? Date.now() });
  const ports = {
    ...memory.ports,
    sns: {
      certificate: async (url: string) => {
        fetched.push(url);
        if (given.certificate instanceof Error) throw given.certificate;
        return given.certificate ?? topic.certificate;
      },
      confirm: async (url: string) => {
        fetched.push(url);
        if (given.confirmation !== undefined) throw given.confirmation;
      },
    },
  };
  const post = async (body: object | string, authorization = AUTHORIZATION) => {
    const result = await outcome(aRequest({ body, headers: { authorization } }), ports);
    return 'refusal' in result
      ? {
          code: result.refusal.code,
          detail: result.refusal.message,
          because: result.refusal instanceof UnauthenticError ? result.refusal.because : undefined,
        }
      : { code: 'accepted', alerts: memory.enqueued.flatMap(({ alerts }) => alerts) };
  };
  return { post, fetched };
}

describe('a message of SNS', () => {
  it.each([
    ['a notification, version 1', topic.sign({ Message: ALARM }, '1')],
    ['a notification, version 2', topic.sign({ Message: ALARM })],
    ['one with a subject beyond ASCII, version 1', topic.sign({ Subject: 'Café ☕', Message: ALARM }, '1')],
    ['one with a subject beyond ASCII, version 2', notification],
    ['a message that is no JSON', topic.sign({ Message: 'line one\nline two' })],
    ['the end of a subscription', topic.asking('UnsubscribeConfirmation', '1')],
  ])('is an alert when Amazon signed it: %s', async (_what, message) => {
    const { post, fetched } = behindTopic();
    await expect(post(message)).resolves.toMatchObject({ code: 'accepted', alerts: [{}] });
    expect(fetched).toEqual([CERTIFICATE_URL]);
  });

  it.each<[string, Record<string, string | undefined>]>([
    ['a changed message', { ...notification, Message: ALARM.replace('ALARM', 'OK') }],
    ['a changed subject', { ...notification, Subject: 'All is well' }],
    ['a subject taken away', { ...notification, Subject: undefined }],
    ['another topic', { ...notification, TopicArn: 'arn:aws:sns:eu-central-1:444455556666:theirs' }],
    ['another time', { ...notification, Timestamp: '2026-03-02T08:15:32.000Z' }],
    ['no signature', { ...notification, Signature: undefined }],
    ['no version', { ...notification, SignatureVersion: undefined }],
    ['the digest of the other version', { ...notification, SignatureVersion: '1' }],
    ['no type', { ...notification, Type: undefined }],
    ['the type of another message', { ...notification, Type: 'UnsubscribeConfirmation' }],
  ])('is refused with: %s', async (_what, message) => {
    const { post } = behindTopic();
    await expect(post(message)).resolves.toMatchObject({
      code: 'unauthorized',
      because: 'wrong-sns-signature',
    });
  });

  it.each([
    ['another key', tlsAuthority().issue({ kind: 'rsa' }).cert],
    ['a key that is not RSA', tlsAuthority().issue().cert],
    ['no certificate at all', '<html>'],
  ])('is refused when the certificate has %s', async (_what, certificate) => {
    const { post } = behindTopic({ certificate });
    await expect(post(notification)).resolves.toMatchObject({ code: 'unauthorized' });
  });

  it.each([-365, 365])('is refused outside the time of the certificate: %i days', async (days) => {
    const { post } = behindTopic({ nowMs: Date.now() + days * 86_400_000 });
    await expect(post(notification)).resolves.toMatchObject({ code: 'unauthorized' });
  });

  it.each([
    'http://sns.eu-central-1.amazonaws.com/a.pem',
    'https://example.com/a.pem',
    'https://sns.eu-central-1.amazonaws.com/a.pem?1',
    'https://sns.eu-central-1.amazonaws.com/a.pem#1',
    'https://sns.eu-central-1.amazonaws.com/%61.pem',
    'https://sns.eu-central-1.amazonaws.com/a/../b.pem',
    'https://169.254.169.254/a.pem',
    undefined,
  ])('makes us fetch nothing from %s', async (SigningCertURL) => {
    const { post, fetched } = behindTopic();
    await expect(post({ ...notification, SigningCertURL })).resolves.toMatchObject({ code: 'unauthorized' });
    expect(fetched).toEqual([]);
  });

  it('is one of several in a body only when each is signed', async () => {
    const { post } = behindTopic();
    const forged = { ...notification, Message: 'forged' };
    await expect(post([notification, topic.sign({ Message: 'another' })])).resolves.toMatchObject({
      alerts: [{}, {}],
    });
    await expect(post([notification, forged])).resolves.toMatchObject({ code: 'unauthorized' });
  });

  it('is asked for the credential first, and a wrong signature says no more than a wrong credential', async () => {
    const { post, fetched } = behindTopic();
    const stranger = await post(notification, 'Basic c25zOndyb25n');
    expect(fetched).toEqual([]);
    const forger = await post({ ...notification, Message: 'forged' });
    expect(forger.detail).toBe(stranger.detail);
    expect(forger.code).toBe(stranger.code);
  });

  it('is to be sent again when the certificate cannot be had', async () => {
    const { post } = behindTopic({ certificate: new Error('no answer') });
    await expect(post(notification)).resolves.toMatchObject({ code: 'not-durable' });
  });

  it('is not looked for where a format does not come over SNS, nor in what is none', async () => {
    const generic = behindTopic({ format: 'plain-text' });
    await expect(generic.post({ ...notification, message: 'x' })).resolves.toMatchObject({
      code: 'accepted',
    });
    const bare = behindTopic();
    await expect(bare.post(ALARM)).resolves.toMatchObject({ code: 'accepted' });
    expect([...generic.fetched, ...bare.fetched]).toEqual([]);
  });
});

describe('a subscription', () => {
  it.each(['1', '2'] as const)(
    'is confirmed when Amazon signed the question, version %s',
    async (version) => {
      const { post, fetched } = behindTopic();
      const message = topic.asking('SubscriptionConfirmation', version);
      await expect(post(message)).resolves.toMatchObject({ alerts: [{ type: 'aws.sns.subscription' }] });
      expect(fetched).toEqual([CERTIFICATE_URL, SUBSCRIBE_URL]);
    },
  );

  it.each([
    ['a forged question', { ...topic.asking('SubscriptionConfirmation'), Token: 'another' }],
    [
      'a forged address to visit',
      { ...topic.asking('SubscriptionConfirmation'), SubscribeURL: 'https://example.com/' },
    ],
  ])('is not confirmed by %s', async (_what, message) => {
    const { post, fetched } = behindTopic();
    await expect(post(message)).resolves.toMatchObject({ code: 'unauthorized' });
    expect(fetched).toEqual([CERTIFICATE_URL]);
  });

  it('is asked for again when Amazon cannot be reached', async () => {
    const { post } = behindTopic({ format: 'guardduty', confirmation: new Error('down') });
    await expect(post(topic.asking('SubscriptionConfirmation'))).resolves.toMatchObject({
      code: 'not-durable',
    });
  });
});
