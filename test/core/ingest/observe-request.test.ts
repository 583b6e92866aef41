import { describe, expect, it } from 'vitest';
import { GatewayError } from '../../../functions/core/errors.ts';
import { nothingIngested } from '../../../functions/core/ingest/ingested.ts';
import {
  acceptedDelta,
  refusedDelta,
  rememberingRegistry,
} from '../../../functions/core/ingest/observe-request.ts';
import { UnauthenticError } from '../../../functions/core/ingest/refusals.ts';
import { aSource, NOW_MS } from './a-request.ts';

const AT = new Date(NOW_MS).toISOString();
const counted = ({ hours }: { hours: { hour: number }[] }) =>
  hours.map(({ hour: _hour, ...counts }) => counts);
const ingested = (given: object) => ({ ...nothingIngested(aSource(), 'request-1'), ...given });
const rejected = { index: 1, code: 'missing-title', detail: 'title is missing' } as const;

describe('an accepted request', () => {
  it('is a sign of life, also where its sender had nothing to tell', () => {
    expect(acceptedDelta(ingested({}), NOW_MS)).toEqual({ lastAcceptedAt: AT, hours: [] });
  });

  it('counts what was accepted and what was rejected, and says why', () => {
    const delta = acceptedDelta(ingested({ accepted: 2, unclassified: 1, rejected: [rejected] }), NOW_MS);
    expect(delta.lastRefusal).toEqual({ at: AT, code: 'missing-title', cause: 'title is missing' });
    expect(counted(delta)).toEqual([{ accepted: 2, rejected: 1, authFailures: 0, unclassified: 1 }]);
  });

  it('tells words of a severity that are not known, unless it is a repetition', () => {
    const words = { unknownSeverities: ['urgent'], unclassified: 1 };
    expect(acceptedDelta(ingested({ ...words, accepted: 1 }), NOW_MS).unknownSeverities).toEqual({
      at: AT,
      words: ['urgent'],
    });
    expect(acceptedDelta(ingested(words), NOW_MS)).toEqual({ lastAcceptedAt: AT, hours: [] });
  });
});

describe('a refused request', () => {
  it.each<[string, unknown]>([
    ['a fault of ours', new GatewayError('not-durable', 'x')],
    ['an error that is no refusal', new TypeError('x')],
  ])('says nothing of its source where it was %s', (_name, error) => {
    expect(refusedDelta(error, aSource(), NOW_MS)).toBeUndefined();
  });

  it('counts a wrong credential, with its cause', () => {
    const delta = refusedDelta(new UnauthenticError('wrong-credential', 'src_1'), aSource(), NOW_MS);
    expect(delta?.lastRefusal?.cause).toBe('wrong-credential');
    expect(counted(delta!)).toEqual([{ accepted: 0, rejected: 0, authFailures: 1, unclassified: 0 }]);
  });

  it('of a disabled source says that, whatever the credential was', () => {
    const source = aSource({ isEnabled: false });
    expect(refusedDelta(new UnauthenticError('unknown-source'), source, NOW_MS)?.lastRefusal?.cause).toBe(
      'source-disabled',
    );
  });

  it('counts its records, or itself where it had none, and names the first', () => {
    const many = new GatewayError('no-valid-record', 'x', {
      rejected: [rejected, { ...rejected, index: 2 }],
    });
    const delta = refusedDelta(many, aSource(), NOW_MS);
    expect(delta?.lastRefusal).toEqual({ at: AT, code: 'missing-title', cause: 'title is missing' });
    expect(delta?.hours[0]?.rejected).toBe(2);
    const one = refusedDelta(new GatewayError('invalid-json', 'no JSON'), aSource(), NOW_MS);
    expect(one?.lastRefusal).toEqual({ at: AT, code: 'invalid-json', cause: 'no JSON' });
    expect(one?.hours[0]?.rejected).toBe(1);
  });
});

it('a remembering registry knows which source was found last', async () => {
  const { sources, found } = rememberingRegistry({
    find: async (id) => (id === 'src_1' ? aSource() : undefined),
  });
  expect(found()).toBeUndefined();
  await sources.find('src_1');
  expect(found()?.id).toBe('src_1');
  await sources.find('src_2');
  expect(found()).toBeUndefined();
});
