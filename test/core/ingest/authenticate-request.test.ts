import { describe, expect, it } from 'vitest';
import { authenticateRequest } from '../../../functions/core/ingest/authenticate-request.ts';
import { GatewayError } from '../../../functions/core/errors.ts';
import { UnauthenticError } from '../../../functions/core/ingest/refusals.ts';
import { aRequest, aSource, inMemoryPorts, NOW_MS, SECRET } from './a-request.ts';

type Memory = Parameters<typeof inMemoryPorts>[0];

/** The code of the refusal and what it is for the operator, or `proven`. */
async function prove(request: Parameters<typeof aRequest>[0], given: Memory = {}) {
  try {
    await authenticateRequest(aRequest(request), inMemoryPorts(given).ports, NOW_MS);
    return 'proven';
  } catch (error) {
    if (error instanceof UnauthenticError) return `${error.code}: ${error.because}`;
    if (error instanceof GatewayError) return error.code;
    throw error;
  }
}
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const BEARER = { sources: [aSource({ auth: { type: 'bearer' } })] };
const KEYED = { sources: [aSource({ auth: { type: 'routing-key' }, format: 'pagerduty-events' })] };

describe('who sent a request', () => {
  it('is proved before its body is read', async () => {
    expect(await prove({ headers: bearer(SECRET), body: '{' }, BEARER)).toBe('invalid-json');
    expect(await prove({ headers: bearer('wrong'), body: '{' }, BEARER)).toBe(
      'unauthorized: wrong-credential',
    );
    expect(await prove({ headers: bearer(SECRET) }, BEARER)).toBe('proven');
  });

  it('is one refusal to the sender, whether the source or its credential is unknown', async () => {
    expect(await prove({ sourceId: 'src_2' }, BEARER)).toBe('unauthorized: unknown-source');
    expect(await prove({}, BEARER)).toBe('unauthorized: missing-credential');
  });

  it('where the body is the proof, has proved nothing with one that cannot be read', async () => {
    expect(await prove({ body: '{' }, KEYED)).toBe('unauthorized: malformed-credential');
    expect(await prove({ body: { routing_key: 'wrong' } }, KEYED)).toBe('unauthorized: wrong-credential');
  });

  it.each<[string, Memory]>([
    ['the source', { ...BEARER, failing: ['sources'] }],
    ['the secret', { ...BEARER, failing: ['credential'] }],
  ])('is asked to come again where %s cannot be read', async (_what, given) => {
    expect(await prove({ headers: bearer(SECRET) }, given)).toBe('not-durable');
  });

  it('is asked to come again where the format is of a newer version', async () => {
    const sources = [aSource({ format: 'tomorrow' })];
    expect(await prove({}, { sources })).toBe('not-durable');
  });
});

it('what was sent has a hash of its bytes as they came', async () => {
  const proven = await authenticateRequest(
    aRequest({ body: '{"title":"a"}' }),
    inMemoryPorts().ports,
    NOW_MS,
  );
  expect(proven.sentSha256).toMatch(/^[0-9a-f]{64}$/u);
  expect(proven.documents).toEqual([{ title: 'a' }]);
});
