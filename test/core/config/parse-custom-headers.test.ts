import { describe, expect, it } from 'vitest';
import { parseCustomHeaders } from '../../../functions/core/config/parse-custom-headers.ts';

describe('custom headers of a webhook', () => {
  it('are split at the first colon, the spaces around the value left out', () => {
    expect(parseCustomHeaders(['X-Team:  blue: green ', 'X-Key:abc'])).toEqual({
      ok: true,
      value: { 'X-Team': 'blue: green', 'X-Key': 'abc' },
    });
  });

  it.each([
    ['no colon', 'X-Team blue'],
    ['no name', ': blue'],
    ['a space in the name', 'X Team: blue'],
    ['a line break in the name', 'X-A\r\nX-B: blue'],
    ['a letter beyond ASCII in the name', 'X-\u010a: blue'],
    ['no value', 'X-Team: '],
    ['CR LF in the value', 'X-Team: blue\r\nX-Evil: 1'],
    ['a line break behind the value', 'X-Team: blue\n'],
    ['NUL in the value', 'X-Team: bl\0ue'],
    ['U+010A, which some clients cut down to a line break', 'X-Team: bl\u010aue'],
    ['U+2028', 'X-Team: bl\u2028ue'],
    ['a value of 64 KiB', `X-Team: ${'a'.repeat(65_536)}`],
    ['host', 'Host: evil.example'],
    ['content-*', 'Content-Encoding: gzip'],
    ['transfer-encoding', 'transfer-encoding: chunked'],
    ['connection', 'Connection: close'],
    ['user-agent', 'User-Agent: me'],
    ['webhook-*', 'webhook-id: 1'],
    ['our own prefix', 'Tocsin-Signature: 1'],
    ['the panguard prefix', 'X-Panguard-Event: 1'],
    ['the linuxguard prefix', 'LinuxGuard-Delivery: 1'],
    ['__proto__', '__proto__: x'],
  ])('refuse %s', (_what, line) => {
    expect(parseCustomHeaders([line])).toMatchObject({ ok: false });
  });

  it('refuse twins that differ in case only', () => {
    expect(parseCustomHeaders(['X-Key: 1', 'x-key: 2'])).toMatchObject({
      problems: [{ path: 'customHeaders[1]' }],
    });
  });

  it('refuse more than twenty', () => {
    const lines = Array.from({ length: 21 }, (_, index) => `X-${index}: v`);
    expect(parseCustomHeaders(lines.slice(0, 20)).ok).toBe(true);
    expect(parseCustomHeaders(lines)).toMatchObject({ problems: [{ path: 'customHeaders' }] });
  });

  it('never show a value', () => {
    const parsed = parseCustomHeaders(['X-Key: canary\u0007canary', 'no colon canary', 'X Key: canary']);
    expect(parsed.ok).toBe(false);
    expect(JSON.stringify(parsed)).not.toContain('canary');
  });
});
