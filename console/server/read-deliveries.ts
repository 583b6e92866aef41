import type { Hono } from 'hono';
import * as v from 'valibot';
import { DELIVERY_STATES } from '../../functions/core/model/wire/delivery.ts';
import { MAIL_STATES } from '../../functions/core/model/wire/mail-state.ts';
import { deliveryById } from '../../cli/records/find-delivery.ts';
import type { Look, Looks, OwedDelivery } from '../../functions/core/operator/looks.ts';
import type { DeliveryQuery } from '../../functions/core/operator/ports.ts';
import { matchesFilter } from '../../functions/core/operator/delivery-filter.ts';
import type { DeliveryPage, DeliveryStory } from '../api/deliveries.ts';
import { READ_PATHS } from '../api/paths.ts';
import { asked, refusal, word } from './problems.ts';
import { deliveryLine, storyDeliveries } from './story-deliveries.ts';
import { checked, given, windowOf, WINDOW } from './read-query.ts';
import type { ConsoleWorld } from './world.ts';

const QUERY = v.object({
  ...WINDOW,
  destination: v.optional(v.string()),
  alert: v.optional(v.string()),
  state: v.optional(v.picklist(DELIVERY_STATES)),
  recipient: v.optional(v.string()),
  mail_state: v.optional(v.picklist(MAIL_STATES)),
});
type Query = v.InferOutput<typeof QUERY>;

export function addDeliveryReads(app: Hono, world: ConsoleWorld): void {
  app.get(READ_PATHS.deliveries, async (context) =>
    context.json(await deliveryPage(world, checked(QUERY, given(context.req.query())))),
  );
  app.get(`${READ_PATHS.deliveries}/:id`, async (context) =>
    context.json(await deliveryStory(world, context.req.param('id'))),
  );
}

async function deliveryPage(world: ConsoleWorld, query: Query): Promise<DeliveryPage> {
  const window = windowOf(query, world.clock.now());
  const filter = given({ state: query.state, recipient: query.recipient, mailState: query.mail_state });
  const { since, until } = window;
  if (query.alert !== undefined) {
    const found = await world.gateway.records.alert(query.alert);
    const wanted =
      query.destination === undefined ? undefined : (await world.names()).destinationId(query.destination);
    const deliveries = (found?.deliveries ?? []).filter(
      (delivery) =>
        (wanted === undefined || delivery.destination_id === wanted) && matchesFilter(delivery, filter),
    );
    const told = await storyDeliveries(world, deliveries, found?.routed.alert.title);
    return { deliveries: told, next: null, looked_back_to: since, since, until };
  }
  const names = await world.names();
  const { looks } = world.gateway;
  const wantedOnes = { ...window, ...filter };
  const look =
    query.destination === undefined
      ? await looks.owed(wantedOnes)
      : await titled(looks, { ...wantedOnes, destinationId: names.destinationId(query.destination) });
  return {
    deliveries: look.items.map(({ delivery, alertTitle }) => deliveryLine(delivery, alertTitle, names)),
    next: look.next ?? null,
    looked_back_to: look.lookedBackTo,
    since,
    until,
  };
}

/** The deliveries to a destination, each with the title of its alert. */
async function titled(looks: Looks, query: DeliveryQuery): Promise<Look<OwedDelivery>> {
  const look = await looks.deliveries(query);
  const titles = await looks.titles([...new Set(look.items.map(({ alert_id: id }) => id))]);
  return {
    ...look,
    items: look.items.map((delivery) => {
      const alertTitle = titles.get(delivery.alert_id);
      return { delivery, ...(alertTitle !== undefined && { alertTitle }) };
    }),
  };
}

async function deliveryStory(world: ConsoleWorld, id: string): Promise<DeliveryStory> {
  const { gateway, tool } = world;
  const shown = await asked(tool, ['deliveries', 'show', word(id)]);
  const delivery = await deliveryById(gateway, id, world.clock.now());
  if (delivery === undefined) throw refusal('not-found', `no delivery has the id ${JSON.stringify(id)}`);
  const told = shown.json as DeliveryStory;
  const [story] = await storyDeliveries(world, [delivery], told.alert_title ?? undefined);
  return { ...told, ...story, text: shown.text };
}
