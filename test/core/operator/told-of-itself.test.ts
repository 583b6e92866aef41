import { describe, expect, it } from 'vitest';
import {
  leavesNobodyTold,
  toldOfItself,
  type Told,
} from '../../../functions/core/operator/told-of-itself.ts';
import type { Destination } from '../../../functions/core/model/config/destination.ts';
import { aMailingList, aWebhook } from '../../adapters/records.ts';

const executives = [{ address: 'ceo@example.com', role: 'executive' as const }];

describe('what a destination is told of Tocsin itself', () => {
  it.each<[Destination, Told]>([
    [aWebhook(), 'told'],
    [aWebhook({ isEnabled: false }), 'disabled'],
    [aWebhook({ systemAlerts: false }), 'not-told'],
    [aMailingList({ recipients: executives }), 'not-told'],
    [aMailingList({ recipients: executives, systemAlerts: true }), 'told'],
    [aMailingList({ recipients: [...executives, { address: 'a@example.com', role: 'it_admin' }] }), 'told'],
  ])('%j: %s', (destination, told) => {
    expect(toldOfItself(destination)).toBe(told);
  });
});

describe('a change', () => {
  it.each<[Told[], Told[], boolean]>([
    [['told'], ['not-told'], true],
    [['told', 'not-told'], ['disabled', 'not-told'], true],
    [['told', 'told'], ['told', 'not-told'], false],
    // Nobody is told anything then, and nobody would be any the wiser.
    [['told'], ['disabled'], false],
    [['told'], [], false],
    [['not-told'], ['not-told'], false],
  ])('from %j to %j leaves nobody told: %s', (before, after, leaves) => {
    expect(leavesNobodyTold(before, after)).toBe(leaves);
  });
});
