import { describe, expect, test } from 'vitest';
import { liveLink } from '../../../../../functions/core/deliver/email/compose/live-links.ts';
import { aMail, anAlert } from './an-alert.ts';
import { parsedHtml } from './parsed-html.ts';

const from = (format: string, linkHosts?: string[]) => ({
  source: { id: 'src_1', name: 's', format, ...(linkHosts !== undefined && { link_hosts: linkHosts }) },
});

describe('an address that may be opened from a mail', () => {
  test.each([
    ['github', 'https://github.com/acme/shop/security/dependabot/20'],
    ['guardduty', 'https://eu-central-1.console.aws.amazon.com/guardduty/home?region=eu-central-1#/findings'],
    ['security-hub', 'https://us-gov-west-1.console.amazonaws-us-gov.com/securityhub/home'],
    ['cloudwatch-alarm', 'https://cn-north-1.console.amazonaws.cn/cloudwatch/home'],
    ['sentry', 'https://acme.sentry.io/issues/1'],
    ['snyk', 'https://app.snyk.io/org/acme'],
    ['pagerduty-events', 'https://acme.pagerduty.com/incidents/1'],
    ['okta', 'https://acme.okta.com/report/system_log_2'],
    ['grafana', 'https://acme.grafana.net/alerting/1'],
  ])("is on a host of the vendor's own, of format %s: %s", (format, url) => {
    expect(liveLink(url, from(format))).toEqual({ label: new URL(url).hostname, url });
  });

  test('is on a host that the operator named for the source', () => {
    const url = 'https://grafana.corp.example/d/1';
    expect(liveLink(url, from('grafana', ['grafana.corp.example']))?.url).toBe(url);
    expect(liveLink('https://a.corp.example/', from('generic', ['*.corp.example']))?.label).toBe(
      'a.corp.example',
    );
  });

  test('cannot leave its attribute', () => {
    const link = liveLink(`https://github.com/a'"><script>\`x\u202e`, from('github'));
    expect(link?.url).toMatch(/^https:\/\/github\.com\/[\w%/.-]+$/);
  });
});

describe('any other address stays text', () => {
  test.each([
    ['another scheme', 'http://github.com/a'],
    ['a name that only begins so', 'https://github.com.evil.example/a'],
    ['a name that only ends so', 'https://evilgithub.com/a'],
    ['a name before the host', 'https://github.com@evil.example/a'],
    ['a user', 'https://user:pass@github.com/a'],
    ['another port', 'https://github.com:8443/a'],
    ['a name below it that anybody can have', 'https://evil.github.com/a'],
    ['letters that only look like it', 'https://g\u0456thub.com/a'],
    ['backslashes', 'https:\\\\evil.example\\github.com'],
    ['script', 'javascript:alert(1)//github.com'],
    ['data', 'data:text/html,github.com'],
    ['no address at all', 'github.com'],
    ['nothing', ''],
    ['more than mail programs keep whole', `https://github.com/${'a'.repeat(2_100)}`],
  ])('%s', (_, url) => {
    expect(liveLink(url, from('github'))).toBeUndefined();
  });

  test("another vendor's host, and every host of a format that has no vendor", () => {
    expect(liveLink('https://github.com/a', from('sentry'))).toBeUndefined();
    for (const format of ['generic', 'mapping', 'alertmanager', 'constructor', '__proto__']) {
      expect(liveLink('https://github.com/a', from(format))).toBeUndefined();
    }
  });
});

describe('in a mail', () => {
  const source = { id: 'src_1', name: 'code', format: 'github' };
  const links = [{ rel: 'console', url: 'https://github.com/acme/shop/security/1' }];

  test.each(['it_admin', 'developer', 'executive'] as const)(
    "the sender's page is one tap for %s",
    (role) => {
      const { html, text } = aMail({ role, alert: anAlert({ source, links }) });
      expect(html).toContain('href="https://github.com/acme/shop/security/1"');
      expect(html).toContain('>github.com</a>');
      expect(text).toContain('\nOpen it: https://github.com/acme/shop/security/1\n');
    },
  );

  test('an address of the same vendor in a text is no link', () => {
    const { html, text } = aMail({
      alert: anAlert({ source, links: [], description: 'See https://github.com/evil/phish' }),
    });
    expect(parsedHtml(html).elements.filter((element) => element.startsWith('a '))).toEqual([]);
    expect(text).toContain('hxxps[:]//github[.]com/evil/phish');
  });
});
