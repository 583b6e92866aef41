import { describe, expect, test } from 'vitest';
import { DEFAULT_REMEDIATION } from '../../../../../functions/core/deliver/email/compose/default-remediation.ts';
import { TOP_LEVEL_DOMAINS } from '../../../../../functions/core/deliver/email/compose/top-level-domains.ts';
import topLevelDomains from 'tlds' with { type: 'json' };
import { defang } from '../../../../../functions/core/deliver/email/compose/defang.ts';

const OUR_TYPES = [
  'tocsin.unrouted',
  'tocsin.dead-letter',
  'tocsin.mail-quota',
  'tocsin.digest',
  'github.dependabot_alert',
];

test('the top-level domains are those of the newest list that is installed', () => {
  const installed = topLevelDomains.filter((name) => /^[a-z]+$/u.test(name)).toSorted();
  expect(TOP_LEVEL_DOMAINS).toEqual(installed);
});

test('is not seen in any type of our own alerts', () => {
  for (const type of OUR_TYPES) expect(defang(type)).toBe(type);
  for (const { type } of DEFAULT_REMEDIATION) {
    const example = type.replaceAll('*', 'AnyThing');
    expect(defang(example)).toBe(example);
  }
});

describe('what a mail program would make a link of', () => {
  test.each([
    ['https://evil.example/a.php?b=c.d', 'hxxps[:]//evil[.]example/a.php?b=c.d'],
    ['HTTP://EVIL.EXAMPLE', 'hxxp[:]//EVIL[.]EXAMPLE'],
    ['http://203.0.113.50:8080/x', 'hxxp[:]//203[.]0[.]113[.]50:8080/x'],
    ['ftp://files.example/x', 'fxp[:]//files[.]example/x'],
    ['https:\\\\evil.example\\x', 'hxxps[:]\\\\evil[.]example\\x'],
    ['x-https://evil.example and src=javascript:x', 'x-hxxps[:]//evil[.]example and src=javascript[:]x'],
    [`${'a'.repeat(60)}://x`, `${'a'.repeat(60)}[:]//x`],
    ['slack://channel?id=1', 'slack[:]//channel?id=1'],
    ['see evil.example, or www.evil.example.', 'see evil[.]example, or www[.]evil[.]example.'],
    ['//evil.example/x', '//evil[.]example/x'],
    ['mallory@evil.example', 'mallory@evil[.]example'],
    ['mailto:mallory@evil.example', 'mailto[:]mallory@evil[.]example'],
    ['javascript:alert(1)', 'javascript[:]alert(1)'],
    ['data:text/html,x', 'data[:]text/html,x'],
    ['tel:+15551234', 'tel[:]+15551234'],
    ['ms-word:ofe|u|x', 'ms-word[:]ofe|u|x'],
    ['\\\\evil\\share', '[\\\\]evil\\share'],
    ['203.0.113.50/login', '203[.]0[.]113[.]50/login'],
    ['evil。example and пример.рф', 'evil[.]example and пример[.]рф'],
    ['xn--e1afmkfd.xn--p1ai', 'xn--e1afmkfd[.]xn--p1ai'],
    ['setup.sh, build.zip', 'setup[.]sh, build[.]zip'],
  ])('is taken apart: %s', (value, defanged) => {
    expect(defang(value)).toBe(defanged);
    expect(defang(defanged)).toBe(defanged);
  });

  test.each([
    '203.0.113.50',
    '10.0.0.0/8',
    '2001:db8::1',
    'version 1.2.3',
    'package-lock.json',
    'sigma/network/c2-communication.yml',
    'error: it failed. Then more',
    'github.secret_scanning_alert',
    'arn:aws:s3:::bucket/key',
    '2026-11-21T02:38:51Z',
    't3.small',
    'db.r6g.large and m5.metal',
    'kube-system.svc.cluster.local',
    'ip-10-0-0-1.eu-central-1.compute.internal',
    'config/deploy.sh, src/main.rs and ./tools/run.py',
    'README.rst and Main.kt and values.schema',
    'No data: the rule got none. About: nothing',
    'requests.exceptions.ConnectionError',
    'C:\\Windows\\system32\\x.dll',
  ])('is not seen in %s', (value) => {
    expect(defang(value)).toBe(value);
  });

  test('is found in a text of a million characters without looking at each one twice', () => {
    for (const part of ['a', 'a.', 'http', '//', '\\', 'a-', '1.2.3.4', ':']) {
      expect(defang(part.repeat(200_000)).length).toBeGreaterThan(0);
    }
  });
});
