import { publicTier } from '../../../functions/core/deliver/webhook/address-tier.ts';
import { describe, expect, it } from 'vitest';
import { parseDestination } from '../../../functions/core/config/parse-destination.ts';
import { parseWebhookUrl } from '../../../functions/core/deliver/webhook/guard-url.ts';

const RULES = {
  parseUrl: (text: string) => parseWebhookUrl(text, publicTier()),
};
const EMAIL = { channel: 'email', name: 'oncall', recipients: [{ address: 'ana@example.com' }] };
const WEBHOOK = { channel: 'webhook', name: 'siem', url: 'https://siem.example.com/hook' };

function pathsOf(input: unknown): string[] {
  const parsed = parseDestination(input, RULES);
  return parsed.ok ? [] : parsed.problems.map((problem) => problem.path);
}

describe('the settings of an e-mail destination', () => {
  it('give every recipient the role that tells most', () => {
    expect(parseDestination(EMAIL, RULES)).toEqual({
      ok: true,
      value: {
        channel: 'email',
        name: 'oncall',
        recipients: [{ address: 'ana@example.com', role: 'it_admin' }],
      },
    });
  });

  it.each([
    'a.b+c@example.com',
    "o'brien@sub.example.co.uk",
    'x@xn--bcher-kva.example',
    `${'a'.repeat(64)}@example.com`,
  ])('take %s', (address) => {
    expect(pathsOf({ ...EMAIL, recipients: [{ address }] })).toEqual([]);
  });

  it.each([
    '',
    'ana',
    'ana@',
    '@example.com',
    'ana@localhost',
    'Ana <ana@example.com>',
    '"ana"@example.com',
    'ana@example.com\r\nBcc: eve@example.com',
    'ana@example.com\n',
    'ana@example.com,eve@example.com',
    'ana@example.com;eve@example.com',
    'ana @example.com',
    'ana..b@example.com',
    '.ana@example.com',
    'ana@-example.com',
    'ana@example..com',
    'ana@exämple.com',
    'ana@[127.0.0.1]',
    'ana@example.com\u2028',
    `${'a'.repeat(65)}@example.com`,
    `ana@${'a.'.repeat(124)}example.com`,
  ])('refuse %j', (address) => {
    expect(pathsOf({ ...EMAIL, recipients: [{ address }] })).toEqual(['recipients[0].address']);
  });

  it('refuse an address that is there twice, whatever its case', () => {
    expect(
      pathsOf({ ...EMAIL, recipients: [{ address: 'ana@example.com' }, { address: 'Ana@Example.com' }] }),
    ).toEqual(['recipients[1].address']);
  });

  it.each<[string, object, string[]]>([
    ['nobody', { recipients: [] }, ['recipients']],
    [
      'a role that nobody has',
      { recipients: [{ address: 'a@b.example', role: 'cook' }] },
      ['recipients[0].role'],
    ],
    [
      'a lock that is neither on nor off',
      { recipients: [{ address: 'a@b.example', isLocked: 'yes' }] },
      ['recipients[0].isLocked'],
    ],
    ['digests that are neither on nor off', { isDigesting: 'off' }, ['isDigesting']],
    ['a url', { url: 'https://x.example' }, ['url']],
    ['an unknown severity', { minSeverity: 'HIGH' }, ['minSeverity']],
    ['an unknown channel', { channel: 'fax' }, ['recipients', 'channel', 'url']],
  ])('refuse %s', (_what, change, paths) => {
    expect(pathsOf({ ...EMAIL, ...change })).toEqual(paths);
  });
});

describe('the settings of a webhook', () => {
  it('sign with hmac in the house style and retry three times unless told otherwise', () => {
    expect(parseDestination(WEBHOOK, RULES)).toEqual({
      ok: true,
      value: {
        channel: 'webhook',
        name: 'siem',
        url: 'https://siem.example.com/hook',
        auth: { type: 'hmac' },
        profile: 'tocsin',
        format: 'tocsin',
        retry: { delaysSeconds: [30, 120, 480] },
        customHeaderNames: [],
      },
    });
  });

  it("use a profile's own body, unless another is asked for", () => {
    expect(parseDestination({ ...WEBHOOK, profile: 'panguard' }, RULES)).toMatchObject({
      value: { profile: 'panguard', format: 'panguard' },
    });
    expect(parseDestination({ ...WEBHOOK, profile: 'panguard', format: 'tocsin' }, RULES)).toMatchObject({
      value: { profile: 'panguard', format: 'tocsin' },
    });
  });

  it.each([
    ['none', []],
    ['persistent', [5, 30, 120, 600, 1_800, 7_200, 21_600, 43_200]],
    ['30s,2m', [30, 120]],
    ['30s, 2m , 24h', [30, 120, 86_400]],
    [Array.from({ length: 20 }, () => '1s').join(','), Array.from({ length: 20 }, () => 1)],
  ])('read the schedule %s', (retry, delaysSeconds) => {
    expect(parseDestination({ ...WEBHOOK, retry }, RULES)).toMatchObject({
      value: { retry: { delaysSeconds } },
    });
  });

  it.each([
    '',
    'often',
    '30',
    '0s',
    '24h1s',
    '30s,,2m',
    '-1s',
    'constructor',
    'toString',
    Array.from({ length: 21 }, () => '1s').join(','),
    5,
  ])('refuse the schedule %j', (retry) => {
    expect(pathsOf({ ...WEBHOOK, retry })).toEqual(['retry']);
  });

  it.each<[string, object, string[]]>([
    ['no url', { url: undefined }, ['url']],
    ['http', { url: 'http://siem.example.com' }, ['url']],
    ['a user in the url', { url: 'https://a:b@siem.example.com' }, ['url']],
    ['the metadata address', { url: 'https://169.254.169.254/latest' }, ['url']],
    ['an unknown auth', { auth: { type: 'oauth' } }, ['auth.type']],
    ['an unknown profile', { profile: 'acme' }, ['profile']],
    ['an unknown format', { format: 'fax' }, ['format']],
    ['a reserved header', { customHeaderNames: ['Content-Type'] }, ['customHeaderNames[0]']],
    ['header twins', { customHeaderNames: ['X-A', 'x-a'] }, ['customHeaderNames[1]']],
    [
      'a second authorization',
      { auth: { type: 'bearer' }, customHeaderNames: ['Authorization'] },
      ['customHeaderNames[0]'],
    ],
  ])('refuse %s', (_what, change, paths) => {
    expect(pathsOf({ ...WEBHOOK, ...change })).toEqual(paths);
  });
});
