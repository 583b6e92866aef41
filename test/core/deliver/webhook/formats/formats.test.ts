import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  findWebhookFormat,
  WEBHOOK_FORMATS,
} from '../../../../../functions/core/deliver/webhook/formats/index.ts';
import { SEVERITIES } from '../../../../../functions/core/model/wire/severity.ts';
import type { Alert } from '../../../../../functions/core/model/wire/alert.ts';
import { anAlert, GOLDEN_ALERT, GOLDEN_CONTEXT, goldenBody } from './golden.ts';

type Json = { [name: string]: Json } & Json[] & string & number;
const rendered = (format: string, alert: Alert): Json => JSON.parse(bodyOf(format, alert)) as Json;
const bodyOf = (format: string, alert: Alert): string =>
  findWebhookFormat(format)?.render(alert, GOLDEN_CONTEXT) ?? '';
const resolved = (fields: Partial<Alert> = {}): Alert => anAlert({ status: 'resolved', ...fields });

/** What a receiver that only knows numbers or four words is told of the five severities, least first. */
const SEVERITY_TABLE: Record<string, [read: (body: Json) => unknown, expected: unknown[]]> = {
  tocsin: [({ data }) => data?.['severity_id'], [1, 2, 3, 4, 5]],
  panguard: [({ severity }) => severity, [...SEVERITIES]],
  linuxguard: [({ data }) => data?.['severity'], [1, 2, 3, 4, 5]],
  cloudevents: [({ severity }) => severity, [...SEVERITIES]],
  ocsf: [
    ({ severity_id: id, severity }) => [id, severity],
    [
      [1, 'Informational'],
      [2, 'Low'],
      [3, 'Medium'],
      [4, 'High'],
      [5, 'Critical'],
    ],
  ],
  slack: [({ text }) => /^\[(\w+)\]/.exec(text ?? '')?.[1], [...SEVERITIES]],
  'microsoft-teams': [
    ({ attachments }) => /^\[(\w+)\]/.exec(attachments?.[0]?.['content']?.['fallbackText'] ?? '')?.[1],
    [...SEVERITIES],
  ],
  discord: [({ embeds }) => embeds?.[0]?.['fields']?.[0]?.['value'], [...SEVERITIES]],
  pagerduty: [({ payload }) => payload?.['severity'], ['info', 'info', 'warning', 'error', 'critical']],
  opsgenie: [({ priority }) => priority, ['P5', 'P4', 'P3', 'P2', 'P1']],
  'splunk-hec': [({ fields }) => fields?.['severity'], [...SEVERITIES]],
  template: [({ severity }) => severity, [1, 2, 3, 4, 5]],
};

describe.each(WEBHOOK_FORMATS.map((format) => [format.name, format] as const))(
  'format %s',
  (name, format) => {
    it('renders the golden alert to the golden bytes', () => {
      expect(format.render(GOLDEN_ALERT, GOLDEN_CONTEXT)).toBe(goldenBody(name));
    });

    it('gives the same bytes for the same alert, however often and from whichever copy', () => {
      const copy = JSON.parse(JSON.stringify(GOLDEN_ALERT)) as Alert;
      expect(format.render(copy, structuredClone(GOLDEN_CONTEXT))).toBe(
        format.render(GOLDEN_ALERT, GOLDEN_CONTEXT),
      );
    });

    it('tells each severity', () => {
      const [read, expected] = SEVERITY_TABLE[name] ?? [() => 'not in the table', []];
      expect(SEVERITIES.map((severity) => read(rendered(name, anAlert({ severity }))))).toEqual(expected);
    });

    it('renders an alert with nothing but what is required', () => {
      expect(rendered(name, anAlert())).toBeTypeOf('object');
      expect(rendered(name, resolved())).toBeTypeOf('object');
    });

    it('takes no console link that a browser would run', () => {
      const links = [
        { rel: 'console', url: 'javascript:alert(1)' },
        { rel: 'related', url: 'https://user@evil.example/' },
        { rel: 'related', url: 'https://ok.example/a' },
      ];
      expect(rendered('tocsin', anAlert({ links }))['console_url']).toBe('https://ok.example/a');
    });
  },
);

describe('format panguard', () => {
  const documented = {
    event_type: 'threat_alert',
    timestamp: '2025-01-15T14:23:01.000Z',
    severity: 'high',
    title: 'Threat Intel Match: 203.0.113.50',
    details: {
      source_ip: '203.0.113.50',
      confidence: 95,
      rule: 'sigma/network/c2-communication.yml',
      mitre_id: 'T1071',
      action_taken: 'block_ip',
      action_success: true,
    },
    panguard_version: '1.0.0',
  };

  it('gives the documented payload for an alert that told it in details, in the documented order', () => {
    const { event_type: type, timestamp, severity, title, details } = documented;
    const alert = anAlert({
      type,
      severity: severity as Alert['severity'],
      title,
      details,
      event_time: timestamp,
    });
    expect(bodyOf('panguard', alert)).toBe(JSON.stringify(documented));
  });

  it('gives the same for an alert that has it in fields of its own', () => {
    expect(bodyOf('panguard', { ...GOLDEN_ALERT, details: {} })).toBe(JSON.stringify(documented));
  });

  it('has every field, each of its type, when nothing is known', () => {
    const details = { confidence: 'very', action_success: 1, source_ip: ['a'] };
    expect(rendered('panguard', anAlert({ details }))['details']).toEqual({
      source_ip: '',
      confidence: 0,
      rule: '',
      mitre_id: '',
      action_taken: '',
      action_success: false,
    });
  });

  it('is taken by a receiver that compares "sha256=" and the hex digest of the body', () => {
    // As the documented receiver does it: HMAC over the payload as it came, keyed with the secret as it was shown.
    const verifies = (payload: Buffer, signature: string, secret: string): boolean =>
      `sha256=${createHmac('sha256', secret).update(payload).digest('hex')}` === signature;
    const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
    const bytes = Buffer.from(bodyOf('panguard', { ...GOLDEN_ALERT, title: 'Überfall “auf” 🚨' }), 'utf8');
    const header = `sha256=${createHmac('sha256', Buffer.from(secret)).update(bytes).digest('hex')}`;
    expect(verifies(bytes, header, secret)).toBe(true);
    expect(verifies(Buffer.concat([bytes, Buffer.from(' ')]), header, secret)).toBe(false);
  });
});

describe('format linuxguard', () => {
  it('has every documented field in its order, strings but for the severity', () => {
    const body = rendered('linuxguard', anAlert({ details: { server_id: 17 } }));
    expect(Object.keys(body)).toEqual([
      'event_type',
      'version',
      'timestamp',
      'tenant_id',
      'data',
      'console_url',
    ]);
    expect(body).toMatchObject({ event_type: 'signal_created', version: 'v1', console_url: '' });
    expect(Object.entries(body['data'] ?? {}).map(([field, value]) => [field, typeof value])).toEqual([
      ['signal_id', 'string'],
      ['signal_type', 'string'],
      ['severity', 'number'],
      ['description', 'string'],
      ['server_id', 'string'],
      ['server_name', 'string'],
      ['identity_id', 'string'],
      ['identity_name', 'string'],
      ['environment', 'string'],
      ['created_at', 'string'],
    ]);
    expect(body['data']?.['server_id']).toBe('17');
  });

  it.each(['server_id', 'server_name', 'identity_id', 'identity_name', 'environment'])(
    'takes %s from a label too',
    (name) => {
      const labels = { [name]: 'a label' };
      expect(rendered('linuxguard', anAlert({ labels }))['data']?.[name]).toBe('a label');
      const known = { labels, resources: [{ id: 'r', name: 'r' }], actors: [{ id: 'a', name: 'a' }] };
      expect(rendered('linuxguard', anAlert(known))['data']?.[name]).toBe('a label');
      if (name === 'environment') return;
      const told = anAlert({ ...known, details: { [name]: 'a detail' } });
      expect(rendered('linuxguard', told)['data']?.[name]).toBe('a detail');
    },
  );

  it.each([
    [{ title: 'Disk full' }, 'Disk full'],
    [{ title: 'Disk full', description: '/var of web-1' }, 'Disk full: /var of web-1'],
    [{ title: 'Disk full', description: 'Disk full on web-1' }, 'Disk full on web-1'],
    [{ title: 'Disk full', description: 'x', status: 'resolved' as const }, 'Resolved: Disk full: x'],
    [{ title: 'Made', description: 'x', source: { id: 's', name: 's', format: 'linuxguard' } }, 'x'],
  ])('describes %j with its title and its description', (given, expected) => {
    expect(rendered('linuxguard', anAlert(given))['data']?.['description']).toBe(expected);
  });

  it('keeps the ids of signals that came from LinuxGuard, and always says signal_created', () => {
    const source = { ...GOLDEN_ALERT.source, format: 'linuxguard' };
    const body = rendered('linuxguard', resolved({ source, source_alert_id: 'sig-9' }));
    expect(body['data']?.['signal_id']).toBe('sig-9');
    expect(body['event_type']).toBe('signal_created');
  });
});

describe('format cloudevents', () => {
  it('has the required attributes, in the forms that the specification allows', () => {
    const body = rendered(
      'cloudevents',
      anAlert({ dedup_key: 'a\u0000b\nc', source: { id: 'ä/ö', name: '', format: 'x' } }),
    );
    expect(body).toMatchObject({ specversion: '1.0', type: 'tocsin.alert.created', subject: 'ab c' });
    expect(body['source']).toBe('/tocsin/default/sources/%C3%A4%2F%C3%B6');
    const attributes = Object.keys(body).filter((name) => name !== 'data');
    expect(attributes.filter((name) => !/^[a-z0-9]{1,20}$/.test(name))).toEqual([]);
    expect(rendered('cloudevents', resolved())['type']).toBe('tocsin.alert.resolved');
    expect(findWebhookFormat('cloudevents')?.contentType).toBe('application/cloudevents+json');
  });
});

describe('format ocsf', () => {
  it.each([
    ['firing', 1, 200401, 1],
    ['resolved', 3, 200403, 4],
  ] as const)('gives a %s alert activity %i', (status, activity, type, statusId) => {
    expect(rendered('ocsf', anAlert({ status }))).toMatchObject({
      class_uid: 2004,
      category_uid: 2,
      activity_id: activity,
      type_uid: type,
      status_id: statusId,
      finding_info: { uid: 'key-1' },
      metadata: { version: '1.8.0', product: { name: 'Tocsin' } },
    });
  });

  it('has what the class requires, for every alert', () => {
    for (const alert of [anAlert(), GOLDEN_ALERT, resolved({ remediation: { url: 'https://a.example/' } })]) {
      const body = rendered('ocsf', alert);
      const required = [
        'activity_id',
        'category_uid',
        'class_uid',
        'finding_info',
        'metadata',
        'severity_id',
        'time',
        'type_uid',
      ];
      expect(Object.keys(body)).toEqual(expect.arrayContaining(required));
      expect(body['time']).toBe(Date.parse(alert.event_time));
    }
  });
});

/** The source of the golden alert, as the keys of its alerts begin. */
const SCOPE = 'dadb06b34592';

describe.each([
  ['pagerduty', 'dedup_key'],
  ['opsgenie', 'alias'],
])('the key by which %s ties alerts together', (format, field) => {
  const keyOf = (alert: Partial<Alert>) => rendered(format, anAlert(alert))[field] as string;
  const another = { id: 'src_another', name: 'edge-sensor', format: 'generic' };

  it('is another for another source with the same key', () => {
    expect(keyOf({ source: another })).not.toBe(keyOf({}));
    expect(keyOf({ source: { ...another, name: 'renamed' } })).toBe(keyOf({ source: another }));
    expect(keyOf({ source: another })).not.toContain(another.id);
  });

  it('of 255 characters is hashed, so that it fits and stays its own', () => {
    const long = ['a', 'b'].map((end) => keyOf({ dedup_key: `${'k'.repeat(254)}${end}` }));
    expect(long[0]).not.toBe(long[1]);
    expect(Math.max(...long.map((key) => key.length))).toBeLessThanOrEqual(255);
  });
});

describe('format pagerduty', () => {
  const format = findWebhookFormat('pagerduty');

  it('resolves what it triggered, by the same key', () => {
    const key = `${SCOPE}:key-1`;
    expect(rendered('pagerduty', anAlert())).toMatchObject({ event_action: 'trigger', dedup_key: key });
    expect(rendered('pagerduty', resolved())).toEqual({ event_action: 'resolve', dedup_key: key });
    expect(rendered('pagerduty', anAlert({ dedup_key: ' ' }))['dedup_key']).toBe(
      `${SCOPE}:${GOLDEN_ALERT.id}`,
    );
  });

  it('gets its routing key when it is sent, the same bytes every time', () => {
    for (const alert of [GOLDEN_ALERT, resolved()]) {
      const body = bodyOf('pagerduty', alert);
      const sent = format?.withCredential?.(body, 'R"0123') ?? '';
      expect(JSON.parse(sent)).toEqual({ routing_key: 'R"0123', ...(JSON.parse(body) as object) });
      expect(format?.withCredential?.(body, 'R"0123')).toBe(sent);
      expect(body).not.toContain('routing_key');
    }
  });
});

describe('format opsgenie', () => {
  const format = findWebhookFormat('opsgenie');
  const url = 'https://api.eu.opsgenie.com/v2/alerts';

  it.each([
    ['key-1', `${url}/${SCOPE}%3Akey-1/close?identifierType=alias`],
    ['a/b?c#d e', `${url}/${SCOPE}%3Aa%2Fb%3Fc%23d%20e/close?identifierType=alias`],
    // A path segment of dots alone would mean another URL.
    ['..', `${url}/${SCOPE}%3A../close?identifierType=alias`],
    ['\ud800', `${url}/${SCOPE}%3A%EF%BF%BD/close?identifierType=alias`],
  ])('closes alias %j at its own address', (key, expected) => {
    const alert = resolved({ dedup_key: key });
    expect(format?.target?.(url, alert)).toBe(expected);
    expect(format?.target?.(`${url}/`, alert)).toBe(expected);
    expect(format?.target?.(url, anAlert({ dedup_key: key }))).toBe(url);
    const alias = rendered('opsgenie', anAlert({ dedup_key: key }))['alias'] ?? '';
    expect(expected).toContain(`/${encodeURIComponent(alias)}/`);
  });

  it("closes at Jira Service Management's address as at its own", () => {
    // https://developer.atlassian.com/cloud/jira/service-desk-ops/rest/v1/api-group-integration-events/ (2026-11-27)
    const jira = 'https://api.atlassian.com/jsm/ops/integration/v2/alerts';
    expect(format?.target?.(jira, anAlert({ dedup_key: 'key-1' }))).toBe(jira);
    expect(format?.target?.(jira, resolved({ dedup_key: 'key-1' }))).toBe(
      `${jira}/${SCOPE}%3Akey-1/close?identifierType=alias`,
    );
  });

  it('authenticates as GenieKey', () => {
    expect(format?.authorization?.('abc')).toBe('GenieKey abc');
  });
});

describe('format splunk-hec', () => {
  it('authenticates as Splunk, with the time in seconds', () => {
    expect(findWebhookFormat('splunk-hec')?.authorization?.('abc')).toBe('Splunk abc');
    const body = rendered('splunk-hec', anAlert({ event_time: '2025-01-15T14:23:01.250Z' }));
    expect(body['time']).toBe(1736950981.25);
    expect(body['event']).toEqual(anAlert({ event_time: '2025-01-15T14:23:01.250Z' }));
  });
});

describe('what a chat says of a dismissed alert', () => {
  const dismissed = (dismissal?: Alert['dismissal']) =>
    anAlert({ status: 'dismissed', ...(dismissal !== undefined && { dismissal }) });

  it.each(['slack', 'microsoft-teams', 'discord'])(
    '%s: why and by whom, where the sender says so',
    (format) => {
      const body = bodyOf(format, dismissed({ reason: 'tolerable_risk', by: 'ana' }));
      expect(body).toMatch(/dismissed as tolerable.{0,2}_risk by ana/u);
      expect(bodyOf(format, dismissed())).not.toContain('Dismissed');
      expect(bodyOf(format, dismissed())).toContain('dismissed');
    },
  );
});
