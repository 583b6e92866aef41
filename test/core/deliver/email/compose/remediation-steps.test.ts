import { describe, expect, test } from 'vitest';
import { remediationSteps } from '../../../../../functions/core/deliver/email/compose/remediation-steps.ts';
import { aMail, anAlert, anAlertWithout } from './an-alert.ts';
import { HOSTILE_STRINGS } from './hostile-strings.ts';
import { parsedHtml } from './parsed-html.ts';

const TABLE = [
  { type: 'threat_alert', steps: ['Call the desk'] },
  { type: 'posture.*', steps: ['Open the posture board'] },
];

test("the alert's own steps come before the table", () => {
  expect(remediationSteps(anAlert(), TABLE)).toEqual({
    summary: 'Isolate the host.',
    steps: ['Unplug it', 'Image it', 'More at the sender: hxxps[:]//runbook[.]example/c2'],
  });
});

test("without steps of its own, the operator's table comes before the built-in one", () => {
  expect(remediationSteps(anAlertWithout('remediation', 'links'), TABLE).steps).toEqual(['Call the desk']);
  expect(remediationSteps(anAlertWithout('remediation', 'links')).steps[0]).toMatch(/^Check whether/);
});

test.each([
  ['posture.disk', 'Open the posture board'],
  ['posture.', 'Open the posture board'],
  ['posture', 'The sender gives no steps: ask whoever looks after "edr-prod"'],
  ['github.secret_scanning_alert', 'Revoke the secret at its issuer and create a new one'],
])('a type %s finds "%s"', (type, step) => {
  const alert = { ...anAlertWithout('remediation', 'links'), type };
  expect(remediationSteps(alert, TABLE).steps[0]).toBe(step);
});

test("for an unknown type the sender's link is the step, and no link", () => {
  const alert = { ...anAlertWithout('remediation'), type: 'unheard-of' };
  expect(remediationSteps(alert).steps).toEqual(['See at the sender: hxxps[:]//edr[.]example/alerts/77']);
});

describe("the operator's page", () => {
  const table = [{ type: 'posture.*', steps: ['Open the board'], url: 'https://wiki.example.com/board' }];

  test("is told as text, in the place of the sender's", () => {
    const alert = { ...anAlertWithout('remediation'), type: 'posture.disk' };
    expect(remediationSteps(alert, table).steps).toEqual([
      'Open the board',
      'More in your runbook: hxxps[:]//wiki[.]example[.]com/board',
    ]);
  });

  test('is left out where the alert brings steps of its own', () => {
    const alert = { ...anAlert(), type: 'posture.disk' };
    expect(remediationSteps(alert, table).steps.join()).not.toContain('wiki');
  });
});

test.each(HOSTILE_STRINGS)("a step of the operator's table, %j, is text in every mail", (step) => {
  const table = [{ type: 'posture.*', steps: [step] }];
  const alert = { ...anAlertWithout('remediation', 'links'), type: 'posture.disk' };
  const harmless = parsedHtml(aMail({ alert, remediation: [{ type: 'posture.*', steps: ['x'] }] }).html);
  const mail = parsedHtml(aMail({ alert, remediation: table }).html);
  expect(mail.elements.filter((element) => element !== 'br')).toEqual(
    harmless.elements.filter((element) => element !== 'br'),
  );
});
