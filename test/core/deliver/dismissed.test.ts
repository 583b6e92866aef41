import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { composeMail } from '../../../functions/core/deliver/email/compose/compose-mail.ts';
import { mailSubject } from '../../../functions/core/deliver/email/compose/subject.ts';
import { findWebhookFormat } from '../../../functions/core/deliver/webhook/formats/index.ts';
import { schemaProblems } from './webhook/formats/schema-problems.ts';
import { anAlert } from './email/compose/an-alert.ts';
import type { Alert } from '../../../functions/core/model/wire/alert.ts';

const dismissed = anAlert({
  status: 'dismissed',
  dismissal: { reason: 'tolerable_risk', by: 'octocat', comment: 'No budget this quarter' },
});
const WORDS = 'dismissed as tolerable_risk by octocat: No budget this quarter';

const bodyOf = (format: string, alert: Alert): Record<string, unknown> =>
  JSON.parse(
    findWebhookFormat(format)?.render(alert, { createdAt: alert.received_at } as never) ?? '{}',
  ) as Record<string, unknown>;

describe('an alert that was dismissed', () => {
  it.each(['executive', 'it_admin', 'developer'] as const)('is told in these words to %s', (role) => {
    const mail = composeMail({
      alert: dismissed,
      role,
      to: 'a@example.com',
      destinationName: 'd',
      deliveryId: 'i',
      messageIdDomain: 'example.com',
    });
    expect(mail.subject).toMatch(/^\[DISMISSED, was HIGH\] /u);
    expect(mail.text).toContain(WORDS);
    expect(mail.text).toContain('may still hold');
    expect(mail.text).not.toContain('no longer holds');
  });

  it('closes the incident of PagerDuty with the note', () => {
    const body = bodyOf('pagerduty', dismissed);
    const firing = bodyOf('pagerduty', anAlert());
    expect(body).toMatchObject({
      event_action: 'resolve',
      dedup_key: firing['dedup_key'],
      payload: { summary: expect.stringContaining(WORDS) as string, custom_details: { note: WORDS } },
    });
  });

  it('closes the alert of Opsgenie with the note', () => {
    expect(bodyOf('opsgenie', dismissed)['note']).toContain(WORDS);
    expect(
      findWebhookFormat('opsgenie')?.target?.('https://api.opsgenie.com/v2/alerts', dismissed),
    ).toContain('/close');
  });

  it('is a suppressed finding of OCSF, and valid', () => {
    const body = bodyOf('ocsf', dismissed);
    expect(body).toMatchObject({
      activity_id: 3,
      status_id: 3,
      status: 'Suppressed',
      status_detail: WORDS,
      is_alert: false,
    });
    const schema = readFileSync(
      new URL('../../../docs/reference/bodies/ocsf.schema.json', import.meta.url),
      'utf8',
    );
    expect(schemaProblems(body, JSON.parse(schema) as object)).toEqual([]);
  });

  it.each(['slack', 'microsoft-teams', 'discord'])('says so in %s', (format) => {
    const body = JSON.stringify(bodyOf(format, dismissed));
    expect(body).toContain('dismissed');
    expect(body).toContain('octocat');
    expect(body).not.toContain('resolved');
  });

  it('is an event of its own to our own receivers', () => {
    expect(bodyOf('tocsin', dismissed)).toMatchObject({
      event_type: 'alert_dismissed',
      data: { status: 'dismissed' },
    });
    expect(bodyOf('cloudevents', dismissed)).toMatchObject({ type: 'tocsin.alert.dismissed' });
  });
});

it('a resolution whose sender told no severity does not say what it was', () => {
  const alert = anAlert({ status: 'resolved', is_severity_assumed: true });
  expect(mailSubject(alert)).toMatch(/^\[RESOLVED\] /u);
  expect(JSON.stringify(bodyOf('slack', alert))).not.toContain('high');
});
