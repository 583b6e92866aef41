import { describe, expect, it } from 'vitest';
import { explainError } from '../../../cli/words/explain-error.ts';

const HOST = 'dynamodb.eu-centrall-1.amazonaws.com';
const broken = (code: string, more: object = {}) =>
  Object.assign(new Error(`${code} somewhere`), { code, ...more });

describe('an error on the way to AWS', () => {
  it.each([
    [
      'a host that is not found',
      broken('ENOTFOUND', { hostname: HOST }),
      `host ${HOST} is not found (ENOTFOUND)`,
    ],
    [
      'a connection that breaks',
      broken('ECONNRESET', { hostname: HOST }),
      `host ${HOST} cannot be reached (ECONNRESET)`,
    ],
    [
      'no answer',
      Object.assign(new Error('no answer'), { name: 'TimeoutError', hostname: HOST }),
      `host ${HOST} cannot be reached (TimeoutError)`,
    ],
    [
      'one that was wrapped',
      new Error('the list cannot be read', { cause: broken('EAI_AGAIN', { hostname: HOST }) }),
      `host ${HOST} cannot be reached (EAI_AGAIN)`,
    ],
  ])('names the host: %s', (_, error, said) => {
    expect(explainError(error)).toMatchObject({
      code: 'unreachable',
      message: expect.stringContaining(said) as string,
    });
  });

  it('says what it knows when the host is not told', () => {
    expect(explainError(broken('ENETUNREACH')).message).toBe(
      'AWS cannot be reached (ENETUNREACH); check the network and the region',
    );
  });
});
