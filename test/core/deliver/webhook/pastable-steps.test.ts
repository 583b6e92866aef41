import { expect, it } from 'vitest';
import { pastableSteps } from '../../../../functions/core/deliver/webhook/pastable-steps.ts';
import { SYSTEM_SOURCE_ID } from '../../../../functions/core/model/wire/alert.ts';
import { anAlert } from '../../../cli/records.ts';

const steps = ['See what lies there: tocsin dead-letters list', 'Ask its owner'];
const ours = { id: SYSTEM_SOURCE_ID, name: 'tocsin', format: 'tocsin' };

it('a system alert names commands for the gateway that it comes from', () => {
  const alert = pastableSteps(
    anAlert({ source: ours, remediation: { summary: 'Look', steps } }),
    '--stack Prod',
  );
  expect(alert.remediation).toEqual({
    summary: 'Look',
    steps: ['See what lies there: npx tocsin dead-letters list --stack Prod', 'Ask its owner'],
  });
});

it('the steps of a sender stay as it wrote them', () => {
  const alert = anAlert({ remediation: { steps } });
  expect(pastableSteps(alert, '--stack Prod')).toBe(alert);
});

it('a system alert without steps stays as it is', () => {
  const alert = anAlert({ source: ours });
  expect(pastableSteps(alert, '--stack Prod')).toBe(alert);
});
