import { expect, it } from 'vitest';
import { asRouted } from '../../../functions/core/route/routing-configuration.ts';
import type { ConfigKind, UnreadableConfig } from '../../../functions/core/model/config/unreadable-config.ts';
import { aLookup, anInterval, aRoute, aSilence, aWebhook } from '../../adapters/records.ts';

const unreadable = <K extends ConfigKind>(kind: K): UnreadableConfig & { kind: K } => ({
  kind,
  id: `${kind}-9`,
  problem: 'it is damaged',
});

it('what cannot be read stands beside the rest, that of routes and destinations apart', () => {
  const route = { ...unreadable('route'), destinationIds: [], condition: {} };
  const destination = { ...unreadable('destination'), recipients: [], isDisabled: false };
  const routed = asRouted({
    routes: { readable: [aRoute()], unreadable: [route] },
    destinations: { readable: [aWebhook()], unreadable: [destination] },
    silences: { readable: [aSilence()], unreadable: [unreadable('silence')] },
    lookups: { readable: [aLookup()], unreadable: [unreadable('lookup')] },
    intervals: { readable: [anInterval()], unreadable: [unreadable('interval')] },
  });
  expect(routed).toEqual({
    routes: [aRoute()],
    destinations: [aWebhook()],
    silences: [aSilence()],
    lookups: [aLookup()],
    intervals: [anInterval()],
    unreadable: {
      routes: [route],
      destinations: [destination],
      others: [unreadable('silence'), unreadable('lookup'), unreadable('interval')],
    },
  });
});
