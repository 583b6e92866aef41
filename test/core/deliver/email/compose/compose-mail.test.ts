import { describe, expect, test } from 'vitest';
import {
  DARK,
  LIGHT,
  RESOLVED_COLOUR,
  SEVERITY_COLOURS,
} from '../../../../../functions/core/deliver/email/compose/mail-palette.ts';
import { RECIPIENT_ROLES } from '../../../../../functions/core/model/config/destination.ts';
import { SEVERITIES, severityId } from '../../../../../functions/core/model/wire/severity.ts';
import { systemAlert } from '../../../../../functions/core/system-alerts/raise.ts';
import { aMail, anAlert, anAlertWithout } from './an-alert.ts';
import { parsedHtml, words } from './parsed-html.ts';

const UNSUBSCRIBE_URL = 'https://gateway.example/u?t=abc&x=1';

const aSystemAlert = () =>
  systemAlert({
    type: 'tocsin.dead-letter',
    subject: 'dst_1',
    severity: 'critical',
    title: 'Alerts did not reach "soc"',
    description: 'The receiver refused them.',
    steps: ['Correct the destination'],
    details: { destination_id: 'dst_1' },
    nowMs: Date.parse('2026-11-21T02:41:00Z'),
    tenantId: 'acme',
  });

describe('every mail', () => {
  test.each(RECIPIENT_ROLES)(
    'to %s says in its text everything that its HTML says, in the same order',
    (role) => {
      const { html, text } = aMail({ role, unsubscribeUrl: UNSUBSCRIBE_URL });
      const body = words(text).toLowerCase();
      let from = 0;
      // The first words are those that an inbox shows before the mail is opened.
      const [preheader = '', ...texts] = parsedHtml(html).texts.map((shown) => words(shown).toLowerCase());
      expect(body).toContain(preheader);
      for (const shown of texts) {
        // What is long is cut in the HTML part alone.
        const told = shown.replace(/…$/u, '');
        const at = body.indexOf(told, from);
        expect(at, shown).toBeGreaterThanOrEqual(from);
        from = at + told.length;
      }
    },
  );

  test.each(RECIPIENT_ROLES)('to %s tells its title, why it came, and one id', (role) => {
    const { html, text, headers } = aMail({ role, toldBecause: { route: 'on-call' } });
    for (const part of [html, text]) {
      expect(part).toContain('Threat Intel Match: 203.0.113.50');
      expect(part).toContain('Alert b7cdc941-3594-5050-b57f-e14d8c329388');
      expect(part).toContain(
        `You get this because route "on-call" sends alerts of source "edr-prod" to destination "security-team", where your role is ${role}.`,
      );
      expect(part).not.toContain('src_9f2c7e51');
      expect(part).not.toContain('6f1c0f6e-0d2e-5d55-9a53-5e8b2f7f6b11');
    }
    expect(headers['X-Tocsin-Delivery']).toBe('6f1c0f6e-0d2e-5d55-9a53-5e8b2f7f6b11');
  });

  test.each(SEVERITIES)('of severity %s has the word in its bar, on its colour', (severity) => {
    const { html, text, headers } = aMail({
      alert: anAlert({ severity, severity_id: severityId(severity) }),
    });
    const bar = new RegExp(`bgcolor="${SEVERITY_COLOURS[severity]}"[^>]*>${severity.toUpperCase()}</td>`);
    expect(html).toMatch(bar);
    expect(text).toMatch(new RegExp(`^\\*\\*\\* ${severity.toUpperCase()} \\*\\*\\*\n`));
    expect(headers['X-Tocsin-Severity']).toBe(severity);
  });

  test('holds nothing from elsewhere: no image, script, form, frame, and no web address but our own', () => {
    for (const role of RECIPIENT_ROLES) {
      const { html } = aMail({ role, unsubscribeUrl: UNSUBSCRIBE_URL });
      const { elements } = parsedHtml(html);
      const names = new Set(elements.map((element) => element.split(' ', 1)[0]));
      for (const name of ['img', 'script', 'form', 'iframe', 'object', 'input', 'button', 'svg']) {
        expect(names).not.toContain(name);
      }
      expect(html).not.toMatch(/url\(|@import|src=|background=/);
      expect(html.match(/[a-z]+:\/\/[^"\s<]+/g)).toEqual(['https://gateway.example/u?t=abc&amp;x=1']);
      expect(elements.filter((element) => element.startsWith('a '))).toHaveLength(1);
    }
  });

  test.each(RECIPIENT_ROLES)(
    'to %s is laid out by tables alone, because Outlook renders with Word',
    (role) => {
      const { html } = aMail({ role });
      const inlined = html.replace(/<style>[^]*?<\/style>/, '');
      expect(inlined).not.toMatch(
        /display:\s*(flex|grid|inline-block)|position:|float:|background-image|url\(|calc\(|var\(/,
      );
      expect(inlined).not.toMatch(/<(div|section|main|header|footer|span|button)\b(?! style="display:none)/);
      // Word takes the colour of the bar from the attribute.
      expect(inlined).toMatch(/<td [^>]*bgcolor="#b8470b"[^>]*>HIGH</);
      expect(inlined).toMatch(/<!--\[if mso\]><table [^>]*width="640">/);
    },
  );

  test('says where what was cut stands whole, to those who run commands', () => {
    const details = { long: 'x'.repeat(2_000) };
    for (const [role, isTold] of [
      ['it_admin', true],
      ['developer', true],
      ['executive', false],
    ] as const) {
      const { html, text } = aMail({ role, alert: anAlert({ details }), target: '--stack Tocsin' });
      for (const part of [html, text]) {
        const command =
          'all of it: npx tocsin alerts show b7cdc941-3594-5050-b57f-e14d8c329388 --stack Tocsin';
        expect(part.includes(command)).toBe(isTold);
      }
    }
  });

  test('reads well aloud: language, one h1, h2 below it, tables marked as layout', () => {
    const { elements, errors } = parsedHtml(aMail({ role: 'developer' }).html);
    expect(errors).toEqual([]);
    expect(elements[0]).toBe('html lang="en"');
    expect(elements.filter((element) => element.startsWith('h1'))).toHaveLength(1);
    expect(elements.filter((element) => element.startsWith('h2')).length).toBeGreaterThan(5);
    for (const table of elements.filter((element) => element.startsWith('table'))) {
      expect(table).toContain('role="presentation"');
    }
  });

  test('is the same for the same request', () => {
    expect(aMail()).toEqual(aMail());
  });

  test('tells for how many alerts it stands, and that it is a test', () => {
    const { html, text, subject } = aMail({ count: 7, isTest: true });
    expect(subject).toContain('(×7)');
    for (const part of [html, text]) {
      expect(part).toContain('7 alerts of this kind');
      expect(part).toContain('TEST · HIGH');
    }
  });
});

const headings = (text: string) => text.split('\n').filter((line) => /^[A-Z][A-Z ,]+$/.test(line));

describe('what each role reads', () => {
  test('it_admin: numbered steps first', () => {
    const { text, html } = aMail({ role: 'it_admin' });
    expect(headings(text)).toEqual([
      'WHAT TO DO',
      'WHAT HAPPENED',
      'WHAT WAS DONE',
      'WHERE, WHO AND WHEN',
      'DETAILS',
    ]);
    expect(text).toContain(
      'WHAT TO DO\n  Isolate the host.\n1. Unplug it\n2. Image it\n3. More at the sender: hxxps[:]//runbook[.]example/c2\n',
    );
    expect(parsedHtml(html).elements.find((element) => /^(ol|ul|table class="text")/.test(element))).toMatch(
      /^ol/,
    );
  });

  test('developer: every technical fact', () => {
    const { text } = aMail({ role: 'developer' });
    expect(headings(text)).toEqual([
      'WHAT HAPPENED',
      'TECHNICAL FACTS',
      'RESOURCES',
      'ACTORS',
      'OBSERVABLES',
      'TIMELINE',
      'WHAT WAS DONE',
      'DETAILS',
      'LINKS',
      'WHAT TO DO',
      'WHAT ARRIVED',
    ]);
    for (const line of [
      'Source address: 10.20.4.17',
      'Type: threat_alert',
      'Severity: high (the sender says "P2")',
      'Rule: c2 communication · R-1042 · hxxps[:]//rules[.]example/R-1042',
      'MITRE ATT&CK: T1071',
      'Confidence: 95 of 100',
      'Environment: production',
      'Labels: team=payments',
      "Sender's id: A-77",
      'Dedup key: edr:77',
      'Host: pay-worker-7 · i-0a12 · eu-central-1',
      'Process: upd · 4711',
      'ipv4: 203.0.113.50',
      'Happened: 2026-11-21 02:38:51 UTC',
      'Received: 2026-11-21 02:40:09 UTC',
      'geo › country: NZ',
      'console: hxxps[:]//edr[.]example/alerts/77',
      'Raw SHA-256: 9f86d081884c7d65',
      'Raw size: 1843 bytes, application/json',
    ]) {
      expect(text.split('\n')).toContain(line);
    }
  });

  test('executive: impact and what was done, no technical table', () => {
    const { text, html } = aMail({ role: 'executive' });
    expect(headings(text)).toEqual(['WHAT HAPPENED', 'IMPACT', 'WHAT WAS DONE', 'WHAT COMES NEXT']);
    for (const line of [
      '- Severity is high: somebody has to act today.',
      '- Affected: host pay-worker-7',
      '- Environment: production',
      '- Since: 2026-11-21 02:38 UTC',
      '- block ip: succeeded',
    ]) {
      expect(text.split('\n')).toContain(line);
    }
    expect(parsedHtml(html).elements.filter((element) => element.includes('class="cell'))).toEqual([]);
    for (const technical of ['T1071', 'R-1042', '10.20.4.17', '9f86d081884c7d65', 'edr:77', 'Unplug it']) {
      expect(text).not.toContain(technical);
      expect(html).not.toContain(technical);
    }
  });

  test.each([
    [true, 'block ip: succeeded'],
    [false, 'block ip: FAILED'],
    [undefined, 'block ip'],
  ])('an action with success %s reads "%s"', (success, line) => {
    const alert = anAlert({
      actions_taken: [{ name: 'block_ip', ...(success !== undefined && { success }) }],
    });
    expect(aMail({ alert }).text.split('\n')).toContain(`- ${line}`);
  });

  test.each(RECIPIENT_ROLES)('nothing is said to %s about what is absent', (role) => {
    const bare = {
      ...anAlertWithout('actions_taken', 'remediation', 'links', 'description', 'resources', 'actors'),
      type: 'unheard-of',
      details: { nothing: null, blank: '', empty: {}, list: [] },
    };
    const { text } = aMail({ role, alert: bare });
    expect(headings(text)).not.toContain('WHAT WAS DONE');
    expect(headings(text)).not.toContain('WHAT TO DO');
    expect(headings(text)).not.toContain('DETAILS');
    expect(text).not.toMatch(/\b(?:no action|none|empty|no steps|not known)\b/iu);
  });

  test('the source address comes from the observables when no detail names it', () => {
    const { text } = aMail({ role: 'developer', alert: anAlert({ details: {} }) });
    expect(text).toContain('Source address: 203.0.113.50');
  });

  test.each(RECIPIENT_ROLES)('a bare alert makes a mail without empty parts for %s', (role) => {
    const bare = anAlertWithout(
      'description',
      'confidence',
      'rule',
      'mitre',
      'resources',
      'actors',
      'observables',
      'actions_taken',
      'remediation',
      'links',
      'environment',
      'severity_original',
      'source_alert_id',
    );
    const { html, text } = aMail({ role, alert: { ...bare, details: {}, labels: {} } });
    for (const part of [html, text]) expect(part).not.toMatch(/undefined|null|NaN|\[object/);
    expect(text).not.toMatch(/: *\n(?! )/);
    expect(html).not.toMatch(/<(td|p|li|h2)[^>]*><\/\1>/);
  });
});

describe('a resolved alert', () => {
  const alert = anAlert({ status: 'resolved' });

  test('says so by word and colour, and keeps the severity', () => {
    const { html, text, subject } = aMail({ alert });
    expect(subject).toMatch(/^\[RESOLVED, was HIGH\] /);
    expect(html).toContain(`bgcolor="${RESOLVED_COLOUR}"`);
    expect(html).not.toContain(SEVERITY_COLOURS.high);
    for (const part of [html, text]) {
      expect(part).toContain('RESOLVED (was HIGH)');
      expect(part).toContain('This alert is resolved');
    }
  });

  test('tells an administrator what happened before what to do', () => {
    expect(headings(aMail({ alert }).text).slice(0, 2)).toEqual(['WHAT HAPPENED', 'WHAT TO DO']);
  });
});

test('a dismissed alert has neither the colour of good news nor that of an alarm', () => {
  const { html, subject } = aMail({ alert: anAlert({ status: 'dismissed' }) });
  expect(subject).toMatch(/^\[DISMISSED, was HIGH\] /);
  expect(html).toContain(`bgcolor="${SEVERITY_COLOURS.info}"`);
  expect(html).not.toContain(RESOLVED_COLOUR);
  expect(html).not.toContain(SEVERITY_COLOURS.high);
});

describe('a system alert', () => {
  test.each(RECIPIENT_ROLES)('is recognised by %s in the bar, the subject and the words', (role) => {
    const { html, text, subject } = aMail({ alert: aSystemAlert(), role });
    expect(subject).toMatch(/^\[CRITICAL\] Tocsin: /);
    for (const part of [html, text]) {
      expect(part).toContain('CRITICAL · Tocsin system alert');
      expect(part).toContain('This is about Tocsin itself');
      expect(part).not.toContain('What arrived');
    }
  });

  test('is not what a source makes of its own name', () => {
    const alert = anAlert({ source: { id: 'src_1', name: 'tocsin', format: 'system' } });
    expect(aMail({ alert }).html).not.toContain('system alert');
  });
});

describe('unsubscribing', () => {
  test('has a visible link and the headers of one click', () => {
    const { html, text, headers } = aMail({ unsubscribeUrl: UNSUBSCRIBE_URL });
    expect(html).toContain('<a href="https://gateway.example/u?t=abc&amp;x=1"');
    expect(text).toContain(`Unsubscribe from the mails of this destination: ${UNSUBSCRIBE_URL}\n`);
    expect(headers).toMatchObject({
      'List-Unsubscribe': `<${UNSUBSCRIBE_URL}>`,
      'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
    });
  });

  test('without an address names whom to ask', () => {
    const { html, text, headers } = aMail();
    for (const part of [html, text])
      expect(part).toContain('To stop these mails, ask whoever operates Tocsin');
    expect(Object.keys(headers).join(' ')).not.toContain('List-');
    expect(html).not.toContain('<a ');
  });

  test.each(['javascript:alert(1)', 'data:text/html,x', 'not an address', ''])(
    'refuses %j: it would be a bug, not data',
    (unsubscribeUrl) => {
      expect(() => aMail({ unsubscribeUrl })).toThrow('no http or https address');
    },
  );

  test('cannot break out of the attribute or the header', () => {
    const { html, headers } = aMail({ unsubscribeUrl: `https://gateway.example/u?t="'><b>\`\r\nX: y` });
    expect(parsedHtml(html).elements.filter((element) => /^(a|b)\b/.test(element))).toHaveLength(1);
    expect(headers['List-Unsubscribe']).toMatch(/^<https:\/\/gateway\.example\/u\?t=[^<>"'`\s]*>$/);
  });
});

describe('threads', () => {
  const thread = (alert = anAlert(), deliveryId = 'd-1') => aMail({ alert, deliveryId }).headers;

  test('hold the mails of one dedup key, whatever else differs', () => {
    const first = thread();
    const later = thread(anAlert({ id: 'other', status: 'resolved', title: 'other' }), 'd-2');
    expect(later['References']).toBe(first['References']);
    expect(later['In-Reply-To']).toBe(first['References']);
    expect(later['Message-ID']).not.toBe(first['Message-ID']);
    expect(first['Message-ID']).toBe('<d-1@sender.example>');
    expect(first['References']).toMatch(/^<[0-9a-f]{32}@sender\.example>$/);
  });

  test('of two dedup keys are two, and of two sources, which may choose the same key', () => {
    const { source } = anAlert();
    const threads = [
      thread(),
      thread(anAlert({ dedup_key: 'other' })),
      thread(anAlert({ source: { ...source, id: 'src_other' } })),
    ].map((headers) => headers['References']);
    expect(new Set(threads).size).toBe(3);
  });

  test('are those of the source, not of its name or format, which may change before an alert is over', () => {
    const { source } = anAlert();
    const later = thread(anAlert({ status: 'resolved', source: { ...source, name: 'new', format: 'ocsf' } }));
    expect(later['References']).toBe(thread()['References']);
  });
});

test('nobody answers by machine, and programs can sort', () => {
  expect(aMail().headers).toMatchObject({
    'Auto-Submitted': 'auto-generated',
    'X-Auto-Response-Suppress': 'All',
    'X-Tocsin-Alert': 'b7cdc941-3594-5050-b57f-e14d8c329388',
    'X-Tocsin-Delivery': '6f1c0f6e-0d2e-5d55-9a53-5e8b2f7f6b11',
  });
});

/** WCAG 2.2, "relative luminance" and "contrast ratio". */
function contrast(one: string, other: string): number {
  const luminance = (colour: string) => {
    const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
      const channel = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
      return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const [low = 0, high = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}

describe('contrast', () => {
  test.each([
    ...Object.entries(SEVERITY_COLOURS).map(
      ([name, colour]) => [`white on ${name}`, '#ffffff', colour] as const,
    ),
    ['white on resolved', '#ffffff', RESOLVED_COLOUR],
    ...[LIGHT, DARK].flatMap(({ card, text, muted, link }) =>
      [text, muted, link].map((colour) => [`${colour} on ${card}`, colour, card] as const),
    ),
  ] as const)('of %s is at least 4.5:1', (_, front, back) => {
    expect(contrast(front, back)).toBeGreaterThanOrEqual(4.5);
  });
});
