import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { UnauthenticError } from '../../../functions/core/ingest/refusals.ts';
import type { Source } from '../../../functions/core/model/config/source.ts';
import { aRequest, aSource, inMemoryPorts, outcome } from './a-request.ts';
import { anSnsTopic, CERTIFICATE_URL, SUBSCRIBE_URL } from './an-sns-topic.ts';

const topic = anSnsTopic();
const TOPIC = 'arn:aws:sns:eu-central-1:111122223333:alarms';
const OTHER = 'arn:aws:sns:eu-central-1:444455556666:theirs';
const NOW = Date.now();
const MINUTE = 60_000;
const at = (ms: number): string => new Date(ms).toISOString();
const ALARM = JSON.stringify({ AlarmName: 'queue age', NewStateValue: 'ALARM', NewStateReason: 'too old' });

/** A message that SNS posts now. */
const sent = (given: Record<string, string> = {}, version: '1' | '2' = '2') =>
  topic.sign({ Timestamp: at(NOW), Message: ALARM, ...given }, version);
const asking = (Type: string, given: Record<string, string> = {}) =>
  sent({ Type, Message: 'You have chosen.', Token: 'a-token', SubscribeURL: SUBSCRIBE_URL, ...given });

/** A source with auth `sns`, and all that was fetched from Amazon on its behalf. */
function signedSource(given: Partial<Source> = {}, certificate?: () => Promise<string | undefined>) {
  const fetched: string[] = [];
  const source = aSource({ auth: { type: 'sns', topics: [TOPIC] }, format: 'cloudwatch-alarm', ...given });
  const memory = inMemoryPorts({ sources: [source], nowMs: NOW, failing: ['credential', 'refresh'] });
  const ports = {
    ...memory.ports,
    sns: {
      certificate: async (url: string) => {
        fetched.push(url);
        return certificate === undefined ? topic.certificate : certificate();
      },
      confirm: async (url: string) => void fetched.push(url),
    },
  };
  const post = async (body: object | string | Uint8Array, headers: Record<string, string> = {}) => {
    const result = await outcome(aRequest({ body, headers }), ports);
    if (!('refusal' in result)) return { code: 'accepted', ...result };
    const { refusal } = result;
    const because = refusal instanceof UnauthenticError ? refusal.because : undefined;
    return { code: refusal.code, detail: refusal.message, because };
  };
  return { post, fetched, enqueued: memory.enqueued, taken: memory.taken };
}

describe('auth sns', () => {
  it.each(['1', '2'] as const)(
    'takes what SNS signed for a listed topic, with no credential: version %s',
    async (version) => {
      const { post, enqueued } = signedSource();
      expect(await post(sent({}, version))).toMatchObject({ code: 'accepted', accepted: 1 });
      expect(enqueued[0]?.alerts[0]).toMatchObject({ labels: { topic: TOPIC } });
    },
  );

  it('takes a message in gzip', async () => {
    const { post } = signedSource();
    expect(await post(gzipSync(JSON.stringify(sent())))).toMatchObject({ code: 'accepted' });
  });

  it('confirms the subscription of a listed topic', async () => {
    const { post, fetched } = signedSource();
    expect(await post(asking('SubscriptionConfirmation'))).toMatchObject({ code: 'accepted' });
    expect(fetched).toEqual([CERTIFICATE_URL, SUBSCRIBE_URL]);
  });

  it('tells of the end of a subscription, and visits nothing', async () => {
    const { post, fetched, enqueued } = signedSource();
    expect(await post(asking('UnsubscribeConfirmation'))).toMatchObject({ code: 'accepted' });
    expect(fetched).toEqual([CERTIFICATE_URL]);
    expect(enqueued[0]?.alerts[0]).toMatchObject({ type: 'aws.sns.unsubscribed', severity: 'high' });
  });

  const signed = sent();
  it.each<[string, object | string | Uint8Array, string]>([
    ['a topic of somebody else, rightly signed', sent({ TopicArn: OTHER }), 'sns-topic-not-listed'],
    [
      'a subscription of somebody else',
      asking('SubscriptionConfirmation', { TopicArn: OTHER }),
      'sns-topic-not-listed',
    ],
    [
      'another topic written over it',
      { ...sent({ TopicArn: OTHER }), TopicArn: TOPIC },
      'wrong-sns-signature',
    ],
    ['a changed message', { ...signed, Message: ALARM.replace('ALARM', 'OK') }, 'wrong-sns-signature'],
    ['no signature', { ...signed, Signature: undefined }, 'wrong-sns-signature'],
    [
      'a certificate of another region',
      { ...signed, SigningCertURL: 'https://sns.us-east-1.amazonaws.com/a.pem' },
      'wrong-sns-signature',
    ],
    [
      'a certificate from elsewhere',
      { ...signed, SigningCertURL: 'https://example.com/a.pem' },
      'wrong-sns-signature',
    ],
    ['a bare document', ALARM, 'no-sns-message'],
    ['an EventBridge event', { 'detail-type': 'x', detail: {} }, 'no-sns-message'],
    ['a forwarded envelope', { Records: [{ Sns: signed }] }, 'no-sns-message'],
    ['two messages', [signed, sent({ MessageId: 'another' })], 'no-sns-message'],
    ['no message', [], 'no-sns-message'],
    ['nothing', '', 'no-sns-message'],
    ['what is no JSON', '{"Type"', 'no-sns-message'],
    ['what does not decompress', Buffer.from([0x1f, 0x8b, 8, 0, 1]), 'no-sns-message'],
    ['76 minutes of age', sent({ Timestamp: at(NOW - 76 * MINUTE) }), 'stale-timestamp'],
    ['6 minutes from now', sent({ Timestamp: at(NOW + 6 * MINUTE) }), 'stale-timestamp'],
    ['no time', sent({ Timestamp: 'yesterday' }), 'stale-timestamp'],
  ])('refuses %s, in one answer for all', async (_what, body, because) => {
    const { post, enqueued, taken } = signedSource();
    expect(await post(body)).toEqual({
      code: 'unauthorized',
      detail: 'the request could not be authenticated',
      because,
    });
    expect(enqueued).toEqual([]);
    // Who did not prove anything does not use up the rate of the source.
    expect(taken).toEqual([]);
  });

  it.each([
    ['a topic that is not listed', sent({ TopicArn: OTHER })],
    ['a message that is too old', sent({ Timestamp: at(NOW - 76 * MINUTE) })],
    [
      'a certificate of another region',
      { ...signed, SigningCertURL: 'https://sns.us-east-1.amazonaws.com/a.pem' },
    ],
  ])('fetches nothing for %s', async (_what, body) => {
    const { post, fetched } = signedSource();
    await post(body);
    expect(fetched).toEqual([]);
  });

  it.each(['{"AlarmName": "queue age"}', 'plain words', ALARM])(
    'names raw message delivery, which is not signed: %s',
    async (body) => {
      const { post } = signedSource();
      expect(await post(body, { 'x-amz-sns-rawdelivery': 'true' })).toMatchObject({
        because: 'raw-sns-message',
      });
    },
  );

  it('refuses a message whose certificate SNS does not have, and asks again when SNS does not answer', async () => {
    const none = signedSource({}, async () => undefined);
    expect(await none.post(signed)).toMatchObject({ because: 'wrong-sns-signature' });
    const down = signedSource({}, async () => Promise.reject(new Error('down')));
    expect(await down.post(signed)).toMatchObject({ code: 'not-durable' });
  });

  it.each<Record<string, string>>([
    {},
    { 'idempotency-key': 'another' },
    { 'webhook-id': 'another' },
    { 'x-amz-sns-message-id': 'another' },
  ])('knows a captured message again, whatever header is added: %j', async (headers) => {
    const { post, enqueued } = signedSource();
    await post(signed);
    // Spaces, order and what is not signed make no other message.
    const again = JSON.stringify({ UnsubscribeURL: 'https://x.example', ...signed }, undefined, 2);
    expect(await post(again, headers)).toMatchObject({ code: 'accepted', accepted: 0, duplicates: 1 });
    expect(new Set(enqueued.map(({ request_id: id }) => id)).size).toBe(1);
  });

  it('keeps two messages apart', async () => {
    const { post } = signedSource();
    await post(signed);
    expect(await post(sent({ MessageId: 'another' }))).toMatchObject({ accepted: 1 });
  });
});
