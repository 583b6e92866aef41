import { EMAIL_SETTINGS } from '../../functions/core/config/settings/email-settings.ts';
import { WEBHOOK_SETTINGS } from '../../functions/core/config/settings/webhook-settings.ts';
import { CHANNELS } from '../../functions/core/model/config/destination.ts';
import { toldOfItself } from '../../functions/core/operator/told-of-itself.ts';
import { deletedOrChanged } from '../config/changed-meanwhile.ts';
import { refuseNamed, removeDestination } from '../destination/remove-destination.ts';
import { keepSomebodyTold } from '../destination/system-alerts.ts';
import { withItem, withoutItem } from './decides.ts';
import { planEmail } from './email-destination.ts';
import { planWebhook } from './webhook-destination.ts';
import {
  shortenEmail,
  shortenWebhook,
  storedParts,
  writtenEmail,
  writtenWebhook,
} from './written-destination.ts';
import { changesOf, ENABLED, type Existing, type Kind } from './kind.ts';
import { DESTINATIONS_MAP, type DestinationPlan, type ExistingDestination } from './destination-fields.ts';
import { notOneOf, notTrueOrFalse, type Fields } from '../../functions/core/config/problem.ts';
import { storedItems } from './stored-items.ts';

export const DESTINATIONS: Kind = {
  map: DESTINATIONS_MAP,
  word: 'destination',
  shapes: [
    {
      title: 'E-mail destination',
      list: EMAIL_SETTINGS,
      own: { channel: { const: 'email', description: 'how it sends' }, enabled: ENABLED },
    },
    {
      title: 'Webhook destination',
      list: WEBHOOK_SETTINGS,
      own: { channel: { const: 'webhook', description: 'how it sends' }, enabled: ENABLED },
    },
  ],

  load: async ({ gateway }) =>
    storedItems(gateway, 'destination', (item) =>
      item.channel === 'email' ? writtenEmail(item) : writtenWebhook(item),
    ),

  async plan(world, item, existing) {
    const { channel, enabled } = item.fields;
    const report = (field: string, message: string): void => {
      world.problems.push({ ...item.at([field]), path: `${item.map}.${item.name}.${field}`, message });
    };
    const before = (existing as ExistingDestination | undefined)?.item;
    if (enabled !== undefined && typeof enabled !== 'boolean') report('enabled', notTrueOrFalse(enabled));
    if (channel !== 'email' && channel !== 'webhook') {
      report('channel', notOneOf(channel, CHANNELS));
      return undefined;
    }
    if (before !== undefined && before.channel !== channel) {
      report('channel', `is ${before.channel} and cannot become ${channel}; give it another name`);
      return undefined;
    }
    const isEnabled = enabled !== false;
    const plan: DestinationPlan | undefined =
      before?.channel === 'email' || (before === undefined && channel === 'email')
        ? await planEmail(world, item, before, isEnabled)
        : await planWebhook(world, item, before, isEnabled);
    if (plan === undefined || typeof (enabled ?? true) !== 'boolean') return undefined;
    const changes = changesOf(existing?.fields, plan.fields, plan.secrets);
    if (changes.length === 0) return undefined;
    return {
      action: before === undefined ? 'create' : 'update',
      map: DESTINATIONS_MAP,
      word: 'destination',
      name: item.name,
      changes,
      told: toldOfItself(plan.after),
      decides: withItem('destinations', plan.after),
      async run(show) {
        await plan.run(show);
        if (before !== undefined) await keepSomebodyTold(world.gateway.config, before, plan.after);
      },
    };
  },

  async remove({ gateway }, { name, id }) {
    const located = await gateway.config.locate('destination', id);
    return {
      action: 'delete',
      map: DESTINATIONS_MAP,
      word: 'destination',
      name,
      changes: [],
      decides: withoutItem('destinations', id),
      async run() {
        if (located === undefined) throw deletedOrChanged('destination', name, 'not-found');
        await refuseNamed(gateway.config, id, name);
        await removeDestination(gateway, located);
      },
    };
  },

  shorten: (fields, name) =>
    fields['channel'] === 'email' ? shortenEmail(fields, name) : shortenWebhook(fields, name),

  /** Reads which parts of its secret a destination has: an export must name them, so that nobody loses them unseen. */
  async secrets({ gateway }, existing: Existing): Promise<Fields> {
    return storedParts(gateway, (existing as ExistingDestination).item);
  },
};
