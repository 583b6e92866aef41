import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { verifyHmac } from '../../../../functions/core/ingest/auth/hmac-signature.ts';
import { SIGNED_CONTENTS, type SignedContent } from '../../../../functions/core/model/config/source.ts';
import { NOW_MS, SECRET } from '../a-request.ts';

/**
 * A signature is over one text. Where the border between id, timestamp and body lies is not signed: a text that reads in two ways
 * would let somebody send one captured request as two.
 */
const NOW = new Date(NOW_MS).toISOString();
const SECONDS = String(Math.floor(NOW_MS / 1_000));
const STAMPS = [
  SECONDS,
  `0${SECONDS}`,
  String(NOW_MS),
  NOW,
  `${NOW.slice(0, 19)}Z`,
  `${NOW.slice(0, 19)}.1Z`,
  `${NOW.slice(0, 19)}+00:00`,
  `${NOW.slice(0, 19)}.123456789+00:00`,
];
const PIECES = ['msg', '1', '{"title":"x"}', 'v0', ...STAMPS];
const SEPARATOR: Record<Exclude<SignedContent, 'body'>, string> = {
  'timestamp.body': '.',
  'timestamp:body': ':',
  timestampbody: '',
  'v0:timestamp:body': ':',
  'id.timestamp.body': '.',
};
type Timed = keyof typeof SEPARATOR;
type Reading = { id?: string; timestamp: string; body: string };

function readingsOf(text: string, content: Timed): Reading[] {
  const borders = Array.from({ length: text.length }, (_, at) => at).filter((at) =>
    text.startsWith(SEPARATOR[content], at),
  );
  const cut = (from: number, at: number): Reading => ({
    timestamp: text.slice(from, at),
    body: text.slice(at + SEPARATOR[content].length),
  });
  if (content !== 'id.timestamp.body') {
    const from = content === 'v0:timestamp:body' ? 'v0:'.length : 0;
    return borders.filter((at) => at > from).map((at) => cut(from, at));
  }
  return borders.flatMap((at) =>
    borders.filter((other) => other > at).map((other) => ({ id: text.slice(0, at), ...cut(at + 1, other) })),
  );
}

function isAccepted(text: string, content: Timed, { id, timestamp, body }: Reading): boolean {
  const signature = createHmac('sha256', SECRET).update(text).digest('hex');
  const headers = { 'x-signature': signature, 'x-time': timestamp, ...(id !== undefined && { 'x-id': id }) };
  const auth = {
    type: 'hmac',
    header: 'x-signature',
    algorithm: 'sha256',
    signedContent: content,
    timestampHeader: 'x-time',
    idHeader: 'x-id',
  } as const;
  return verifyHmac(auth, { headers, body: Buffer.from(body) }, [SECRET], NOW_MS).ok;
}

const TIMED = SIGNED_CONTENTS.filter((content): content is Timed => content !== 'body');

describe.each(TIMED)('a signed %s', (content) => {
  const middles = content === 'id.timestamp.body' ? PIECES : ['1'];
  const texts = PIECES.flatMap((a) => PIECES.flatMap((b) => middles.map((c) => [a, b, c, '{}']))).map(
    (pieces) => (content === 'v0:timestamp:body' ? 'v0:' : '') + pieces.join(SEPARATOR[content]),
  );

  it('reads in one way at most', () => {
    const twice = texts.filter(
      (text) => readingsOf(text, content).filter((reading) => isAccepted(text, content, reading)).length > 1,
    );
    expect(twice).toEqual([]);
  });

  it('is taken where it reads in one', () => {
    const once = texts.filter((text) =>
      readingsOf(text, content).some((reading) => isAccepted(text, content, reading)),
    );
    expect(once.length).toBeGreaterThan(50);
  });
});
