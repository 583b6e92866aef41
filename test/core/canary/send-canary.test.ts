import { describe, expect, it } from 'vitest';
import { canaryMark, canaryRequest } from '../../../functions/core/canary/canary-request.ts';
import type { PublicDoor } from '../../../functions/core/canary/ports.ts';
import { sendCanary } from '../../../functions/core/canary/send-canary.ts';
import { hmac } from '../../../functions/core/signing/hmac.ts';

const SENT_MS = Date.parse('2026-03-01T00:00:00.000Z');
type Answer = Awaited<ReturnType<PublicDoor['post']>>;

/** Sends one canary to a door that answers 40 ms later, and says what was noted before and after. */
async function send(answer: Answer, secret = async () => 's3cret') {
  const noted: string[] = [];
  const urls: string[] = [];
  const clock = { at: SENT_MS, now: () => clock.at };
  const { door } = await sendCanary(
    { by: 'operator', withMail: false },
    {
      canaries: {
        begin: async ({ id }) => void noted.push(`begin ${id}`),
        answered: async ({ canary_id: id }) => void noted.push(`answered ${id}`),
      },
      secret,
      door: {
        post: async ({ url }) => {
          noted.push('post');
          urls.push(url);
          clock.at += 40;
          return answer;
        },
      },
      ingestUrl: 'https://in.example/v1/ingest',
      clock,
      ids: { uuid: () => 'c1' },
    },
  );
  return { door, noted, urls };
}

describe('a canary', () => {
  it('is noted before it is sent, and what the door said after', async () => {
    const { door, noted, urls } = await send({ status: 202, text: '{"alert_ids":["a1"]}' });
    expect(door).toEqual({ took_ms: 40, alert_id: 'a1' });
    expect(noted).toEqual(['begin c1', 'post', 'answered c1']);
    expect(urls).toEqual(['https://in.example/v1/ingest/src_tocsinCanary']);
  });

  it.each<[string, Answer, string]>([
    [
      'a refusal',
      { status: 401, text: '{"code":"unauthorized"}' },
      'the door answered 401 unauthorized; expected 202',
    ],
    ['an answer without an alert', { status: 202, text: '{}' }, 'the door answered 202; expected 202'],
    ['no JSON', { status: 502, text: '<html>' }, 'the door answered 502; expected 202'],
    [
      'a code of somebody else',
      { status: 403, text: '{"code":"No <b>"}' },
      'the door answered 403; expected 202',
    ],
    ['silence', { problem: 'no answer within 10000 ms' }, 'no answer within 10000 ms'],
  ])('that meets %s has a problem', async (_what, answer, problem) => {
    expect((await send(answer)).door).toEqual({ took_ms: 40, problem });
  });

  it('whose secret cannot be read is not sent, and is noted all the same', async () => {
    const { door, noted } = await send({ status: 202, text: '' }, async () => {
      throw new Error('secret "x" does not exist');
    });
    expect(door).toEqual({ took_ms: 0, problem: 'its secret cannot be read: secret "x" does not exist' });
    expect(noted).toEqual(['begin c1', 'answered c1']);
  });
});

describe('the request of a canary', () => {
  const canary = {
    id: 'c1',
    sent_at: '2026-03-01T00:00:00.900Z',
    sent_by: 'schedule',
    with_mail: true,
  } as const;

  it('is signed over its time in whole seconds and its body', () => {
    const { headers, body } = canaryRequest(canary, 's3cret');
    const seconds = String(SENT_MS / 1_000);
    const signature = `sha256=${hmac('sha256', 's3cret', `${seconds}.`, body).toString('hex')}`;
    expect(Object.values(headers)).toEqual(['application/json', seconds, signature]);
  });

  it('says in its details which canary it is', () => {
    const { details } = JSON.parse(canaryRequest(canary, 's').body) as { details: unknown };
    expect(canaryMark(details)).toEqual({ canary_id: 'c1', sent_at: canary.sent_at });
  });

  it.each([
    [undefined],
    [{}],
    [{ canary_id: 'c1' }],
    [{ canary_id: 7, sent_at: canary.sent_at }],
    [{ canary_id: 'c1', sent_at: 'soon' }],
  ])('is none with the details %j', (details) => {
    expect(canaryMark(details)).toBeUndefined();
  });
});
