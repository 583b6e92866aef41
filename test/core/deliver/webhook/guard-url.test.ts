import { publicTier } from '../../../../functions/core/deliver/webhook/address-tier.ts';
import { describe, expect, it } from 'vitest';
import { isAllowedAddress } from '../../../../functions/core/deliver/allowed-address.ts';
import { parseWebhookUrl } from '../../../../functions/core/deliver/webhook/guard-url.ts';

const LOOPBACK = ['127.0.0.0/8', '::1/128'];

describe('the guard on webhook URLs', () => {
  it.each([
    'https://example.com',
    'https://example.com:8443/hook?x=1',
    'https://8.8.8.8/',
    'https://[2606:4700::1111]/',
  ])('takes %s', (url) => {
    expect(parseWebhookUrl(url)).toMatchObject({ ok: true });
  });

  it.each([
    ['http://example.com', /only https/u],
    ['ftp://example.com', /only https/u],
    ['not a url', /white space/u],
    ['example.com/hook', /not a URL/u],
    ['https://user:pass@example.com', /user name or password/u],
    ['https://@example.com', /user name or password/u],
    ['https://example.com/#part', /fragment/u],
    ['https://example.com.', /dot/u],
    ['https:/127.0.0.1', /slashes/u],
    ['https:example.com', /slashes/u],
    ['https:\\\\127.0.0.1', /backslash/u],
    ['https://127.0.0.1\\@example.com', /backslash/u],
    ['https://exa\tmple.com', /white space/u],
    ['https://exa\u0000mple.com', /control/u],
    ['https://127.0.0.1', /not a public address/u],
    ['https://127.0.0.1.', /not a public address|dot/u],
    ['https://2130706433', /127\.0\.0\.1 is not a public/u],
    ['https://0x7f000001', /127\.0\.0\.1 is not a public/u],
    ['https://0177.0.0.1', /127\.0\.0\.1 is not a public/u],
    ['https://127.1', /127\.0\.0\.1 is not a public/u],
    ['https://１２７.０.０.１', /127\.0\.0\.1 is not a public/u],
    ['https://[::1]', /not a public/u],
    ['https://[::ffff:a9fe:a9fe]', /not a public/u],
    ['https://[::127.0.0.1]', /not a public/u],
    ['https://[64:ff9b::a9fe:a9fe]', /not a public/u],
    ['https://[2002:7f00:1::]', /not a public/u],
    ['https://[fec0::1]', /not a public/u],
    ['https://[fd00:ec2::254]', /not a public/u],
    ['https://[2001:0:53aa:64c:0:5efe:7f00:1]', /not a public/u],
    ['https://169.254.169.254/latest/meta-data', /not a public/u],
    ['https://169.254.170.2', /not a public/u],
    ['https://100.100.100.200', /not a public/u],
    ['https://168.63.129.16', /not a public/u],
    ['https://10.1.2.3', /not a public/u],
    ['https://192.168.0.1', /not a public/u],
    ['https://0.0.0.0', /not a public/u],
  ])('refuses %s', (url, problem) => {
    expect(parseWebhookUrl(url)).toEqual({ ok: false, problem: expect.stringMatching(problem) as string });
  });

  it('lets a range past the guard only when it is allowed', () => {
    expect(parseWebhookUrl('https://127.0.0.1:9/', publicTier(LOOPBACK))).toMatchObject({ ok: true });
    expect(parseWebhookUrl('https://10.0.0.1/', publicTier(LOOPBACK))).toMatchObject({ ok: false });
    expect(isAllowedAddress('::1', LOOPBACK)).toBe(true);
    expect(isAllowedAddress('::ffff:127.0.0.1', LOOPBACK)).toBe(false);
  });

  it('refuses what is not an address at all', () => {
    expect(isAllowedAddress('example.com')).toBe(false);
    expect(isAllowedAddress('')).toBe(false);
  });
});
