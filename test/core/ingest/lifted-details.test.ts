import { describe, expect, test } from 'vitest';
import { alertOf } from './formats/read-payload.ts';

const DETAILS = {
  source_ip: '203.0.113.50',
  confidence: 95,
  rule: 'sigma/network/c2-communication.yml',
  mitre_id: 'T1071',
  action_taken: 'block_ip',
  action_success: true,
};
const LIFTED = {
  confidence: 95,
  rule: { name: 'sigma/network/c2-communication.yml' },
  mitre: ['T1071'],
  observables: [{ type: 'ip', value: '203.0.113.50' }],
  actions_taken: [{ name: 'block_ip', success: true }],
  details: DETAILS,
};

describe.each([
  ['generic', { type: 'threat_alert', title: 'Threat', details: DETAILS }],
  ['panguard', { event_type: 'threat_alert', title: 'Threat', details: DETAILS }],
])('the documented details of %s', (format, payload) => {
  test('are fields of the alert, and stay in the details', () => {
    expect(alertOf(format, payload)).toMatchObject(LIFTED);
  });

  test.each([
    ['a confidence out of range', { confidence: 101 }, 'confidence'],
    ['a confidence in words', { confidence: 'high' }, 'confidence'],
    ['an empty rule', { rule: ' ' }, 'rule'],
    ['an object as action', { action_taken: {} }, 'actions_taken'],
  ])('are no fields when they are %s', (_, details, field) => {
    expect(alertOf(format, { ...payload, details })).not.toHaveProperty(field);
  });
});

test('what generic says at the top goes before its details', () => {
  const payload = {
    title: 'Threat',
    confidence: 10,
    rule: { id: 'R-1', name: 'own' },
    mitre: ['T1059'],
    actions_taken: [{ name: 'notify' }],
    details: DETAILS,
  };
  expect(alertOf('generic', payload)).toMatchObject({
    confidence: 10,
    rule: { id: 'R-1', name: 'own' },
    mitre: ['T1059'],
    actions_taken: [{ name: 'notify' }],
  });
});

test('the environment of generic may be a label', () => {
  expect(alertOf('generic', { title: 'x', labels: { environment: 'prod' } }).environment).toBe('prod');
  expect(alertOf('generic', { title: 'x', environment: 'a', labels: { environment: 'b' } }).environment).toBe(
    'a',
  );
});
