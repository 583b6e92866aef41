import { describe, expect, it } from 'vitest';
import { parseBearerToken, parseSourceSecret } from '../../../functions/core/config/parse-secret.ts';

const GOOD = 'correct-horse-battery';

describe('a secret that the sender dictates', () => {
  it.each(['hmac', 'bearer', 'basic', 'shared-secret'] as const)('is taken as it is for %s', (auth) => {
    expect(parseSourceSecret(`${GOOD}\n`, auth)).toEqual({ ok: true, value: GOOD });
    expect(parseSourceSecret(`${GOOD}\r\n`, auth)).toEqual({ ok: true, value: GOOD });
  });

  it('may hold spaces and letters of any alphabet where it is only a key', () => {
    expect(parseSourceSecret("It's a Secret to Everybody ß", 'hmac').ok).toBe(true);
  });

  it.each([
    ['shorter than 16 characters', 'short-secret-15', 'hmac', /at least 16/],
    ['with a line break inside', `${GOOD}\n${GOOD}`, 'hmac', /line break/],
    ['with two line breaks behind', `${GOOD}\n\n`, 'hmac', /line break/],
    ['with a control character', `${GOOD}\u0007`, 'basic', /control/],
    ['longer than 4,096 characters', 'x'.repeat(4_097), 'hmac', /longer/],
    ['that begins with Bearer', `Bearer ${GOOD}`, 'bearer', /begins with "Bearer "/],
    ['that begins with bearer', `bearer ${GOOD}`, 'bearer', /begins with "Bearer "/],
    ['with a space in a token', `${GOOD} x`, 'bearer', /white space/],
    ['that a header cannot carry', `${GOOD}ß`, 'shared-secret', /header/],
    ['that HTTP would trim', `${GOOD} `, 'shared-secret', /white space/],
    ['for a source without one', GOOD, 'none', /no secret/],
  ] as const)('is refused %s, without being shown', (_what, secret, auth, message) => {
    const parsed = parseSourceSecret(secret, auth);
    expect(parsed).toMatchObject({ ok: false, problems: [{ path: 'secret' }] });
    const told = parsed.ok ? '' : parsed.problems.map((problem) => problem.message).join();
    expect(told).toMatch(message);
    expect(told).not.toContain(secret.slice(8, 20));
  });

  it('is a token for a webhook with bearer', () => {
    expect(parseBearerToken(`${GOOD}\n`)).toEqual({ ok: true, value: GOOD });
    expect(parseBearerToken(`Bearer ${GOOD}`).ok).toBe(false);
  });
});
