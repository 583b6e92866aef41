import { assert, constantFrom, dictionary, property, string } from 'fast-check';
import { expect, test } from 'vitest';
import { lookedUp } from '../../../functions/core/route/look-up.ts';
import type { Lookup } from '../../../functions/core/model/config/lookup.ts';
import { anAlert } from '../../adapters/records.ts';

const ACCOUNTS: Lookup = {
  id: 'lkp_1',
  name: 'aws-accounts',
  label: 'account',
  entries: {
    '111122223333': { account_name: 'prod-payments', owner: 'payments@example.com' },
    '444455556666': { account_name: 'sandbox' },
  },
  createdAt: '2026-01-01T00:00:00.000Z',
  updatedAt: '2026-01-01T00:00:00.000Z',
};
const labelsOf = (labels: Record<string, string>, lookups = [ACCOUNTS]) =>
  lookedUp(anAlert({ labels }), lookups).labels;

test.each<[Record<string, string>, Record<string, string>]>([
  [
    { account: '111122223333' },
    { account: '111122223333', account_name: 'prod-payments', owner: 'payments@example.com' },
  ],
  [{ account: '444455556666' }, { account: '444455556666', account_name: 'sandbox' }],
  [{ account: 'another' }, { account: 'another' }],
  [{}, {}],
  [
    { account: '111122223333', owner: 'mallory' },
    {
      account: '111122223333',
      account_name: 'prod-payments',
      owner: 'payments@example.com',
      exported_owner: 'mallory',
    },
  ],
])('%j becomes %j', (given, expected) => {
  expect(labelsOf(given)).toEqual(expected);
});

test('tables look at what the sender sent, and nothing that a value is called by chance is an entry', () => {
  const owners = {
    ...ACCOUNTS,
    id: 'lkp_2',
    label: 'owner',
    entries: { 'payments@example.com': { desk: '7' } },
  };
  expect(labelsOf({ account: '111122223333' }, [ACCOUNTS, owners])).not.toHaveProperty('desk');
  for (const account of ['constructor', 'toString', '__proto__', 'hasOwnProperty']) {
    expect(labelsOf({ account })).toEqual({ account });
  }
});

test('system alerts, and alerts without the label, are the very same', () => {
  const system = anAlert({
    source: { id: 'tocsin', name: 'Tocsin', format: 'system' },
    labels: { account: '111122223333' },
  });
  expect(lookedUp(system, [ACCOUNTS])).toBe(system);
  const other = anAlert();
  expect(lookedUp(other, [ACCOUNTS])).toBe(other);
});

test('whatever a sender says, it is kept: nothing but labels changes, and looking twice changes nothing more', () => {
  assert(
    property(
      dictionary(string(), string()),
      constantFrom(...Object.keys(ACCOUNTS.entries)),
      (rest, account) => {
        const alert = anAlert({ labels: { ...rest, account } });
        const once = lookedUp(alert, [ACCOUNTS]);
        for (const [name, value] of Object.entries(alert.labels)) {
          expect([once.labels[name], once.labels[`exported_${name}`]]).toContain(value);
        }
        expect({ ...once, labels: {} }).toEqual({ ...alert, labels: {} });
        expect(lookedUp(once, [ACCOUNTS])).toEqual(once);
      },
    ),
  );
});
