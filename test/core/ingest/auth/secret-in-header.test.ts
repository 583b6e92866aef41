import { describe, expect, it } from 'vitest';
import {
  verifyBasic,
  verifyBearer,
  verifySharedSecret,
} from '../../../../functions/core/ingest/auth/secret-in-header.ts';
import type { AuthVerdict } from '../../../../functions/core/ingest/auth/verdict.ts';
import { SECRET } from '../a-request.ts';

const said = (verdict: AuthVerdict): string => (verdict.ok ? 'authentic' : verdict.cause);

describe('a shared secret', () => {
  it.each([
    [undefined, 'missing-credential'],
    ['', 'missing-credential'],
    [SECRET, 'authentic'],
    ['a', 'wrong-credential'],
    [SECRET.slice(0, -1), 'wrong-credential'],
    [`${SECRET}x`, 'wrong-credential'],
    [`${SECRET}, ${SECRET}`, 'wrong-credential'],
    [`${SECRET},`, 'wrong-credential'],
    [SECRET.toUpperCase(), 'wrong-credential'],
    [` ${SECRET}`, 'wrong-credential'],
    [`${SECRET}\0`, 'wrong-credential'],
    ['a'.repeat(8_192), 'wrong-credential'],
  ])('%j: %s', (value, expected) => {
    expect(said(verifySharedSecret(value, [SECRET]))).toBe(expected);
  });

  it('may be either of two during a rotation', () => {
    expect(said(verifySharedSecret(SECRET, ['new', SECRET]))).toBe('authentic');
  });
});

describe('a bearer token', () => {
  it.each([
    [undefined, 'missing-credential'],
    ['', 'missing-credential'],
    [`Bearer ${SECRET}`, 'authentic'],
    [`bearer ${SECRET}`, 'authentic'],
    [`BEARER ${SECRET}`, 'authentic'],
    [SECRET, 'wrong-scheme'],
    [`Basic ${SECRET}`, 'wrong-scheme'],
    [`Token ${SECRET}`, 'wrong-scheme'],
    [`Bearer${SECRET}`, 'wrong-scheme'],
    ['Bearer', 'malformed-credential'],
    ['Bearer ', 'malformed-credential'],
    [`Bearer  ${SECRET}`, 'malformed-credential'],
    [`Bearer\t${SECRET}`, 'malformed-credential'],
    [`Bearer ${SECRET} `, 'malformed-credential'],
    [`Bearer ${SECRET}\t`, 'malformed-credential'],
    [`Bearer Bearer ${SECRET}`, 'malformed-credential'],
    [`Bearer ${SECRET}, Bearer ${SECRET}`, 'malformed-credential'],
    [`Bearer ${SECRET},Bearer`, 'wrong-credential'],
    [`Bearer ${SECRET.slice(0, -1)}`, 'wrong-credential'],
    [`Bearer ${SECRET}x`, 'wrong-credential'],
    [`Bearer ${SECRET.toUpperCase()}`, 'wrong-credential'],
    [`Bearer ${'\uFF11'.repeat(8)}`, 'malformed-credential'],
    [`Bearer ${'a'.repeat(8_192)}`, 'wrong-credential'],
  ])('%j: %s', (value, expected) => {
    expect(said(verifyBearer(value, [SECRET]))).toBe(expected);
  });
});

describe('a user name and password', () => {
  const encoded = (text: string) => Buffer.from(text).toString('base64');
  const right = encoded(`user:${SECRET}`);

  it.each([
    [undefined, 'missing-credential'],
    ['', 'missing-credential'],
    [`Basic ${right}`, 'authentic'],
    [`basic ${right}`, 'authentic'],
    [`Ba\u017Fic ${right}`, 'wrong-scheme'],
    [right, 'wrong-scheme'],
    [`Bearer ${right}`, 'wrong-scheme'],
    ['Basic', 'malformed-credential'],
    ['Basic dTpw!!==', 'malformed-credential'],
    [`Basic ${right}!`, 'malformed-credential'],
    [`Basic  ${right}`, 'malformed-credential'],
    [`Basic\t${right}`, 'malformed-credential'],
    [`Basic ${right} `, 'malformed-credential'],
    [`Basic ${right}, Basic ${right}`, 'malformed-credential'],
    [`Basic ${encoded('user').replace(/=+$/u, '')}==`, 'wrong-credential'],
    [`Basic ${encoded('no colon')}`, 'wrong-credential'],
    [`Basic ${encoded(`other:${SECRET}`)}`, 'wrong-credential'],
    [`Basic ${encoded(`user:${SECRET}x`)}`, 'wrong-credential'],
    [`Basic ${encoded(`user:${SECRET.slice(0, -1)}`)}`, 'wrong-credential'],
    [`Basic ${encoded('user:')}`, 'wrong-credential'],
    [`Basic ${encoded(`:${SECRET}`)}`, 'wrong-credential'],
    [`Basic ${encoded('a'.repeat(6_144))}`, 'wrong-credential'],
    [`Basic ${'A'.repeat(8_191)}`, 'malformed-credential'],
  ])('%j: %s', (value, expected) => {
    expect(said(verifyBasic(value, 'user', [SECRET]))).toBe(expected);
  });

  it('are split at the first colon, in UTF-8', () => {
    const password = 'pässwörd:with:colons';
    expect(said(verifyBasic(`Basic ${encoded(`ünser:${password}`)}`, 'ünser', [password]))).toBe('authentic');
    const latin1 = Buffer.from(`ünser:${password}`, 'latin1').toString('base64');
    expect(said(verifyBasic(`Basic ${latin1}`, 'ünser', [password]))).toBe('wrong-credential');
  });
});
