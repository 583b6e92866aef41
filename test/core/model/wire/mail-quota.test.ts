import { expect, test } from 'vitest';
import { mailQuotaState } from '../../../../functions/core/model/wire/mail-quota.ts';

test.each([
  [200, 0, 'ample'],
  [200, 159, 'ample'],
  [200, 160, 'scarce'],
  [200, 199, 'scarce'],
  [200, 200, 'exhausted'],
  [200, 250, 'exhausted'],
  [1, 0, 'ample'],
  [-1, 1_000_000, 'ample'],
  [0, 0, 'ample'],
  [Number.NaN, 5, 'ample'],
  [200, Number.NaN, 'ample'],
])('of %d mails in 24 hours %d were sent: %s', (perDay, sent, state) => {
  expect(mailQuotaState(perDay, sent)).toBe(state);
});
