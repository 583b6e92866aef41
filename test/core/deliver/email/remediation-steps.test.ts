import { expect, test } from 'vitest';
import { remediationSteps } from '../../../../functions/core/deliver/email/remediation-steps.ts';
import { anAlert, anAlertWithout } from './an-alert.ts';

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
