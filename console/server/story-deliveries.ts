import { describeDigest, digestView, storiesOf } from '../../cli/records/digest-story.ts';
import { describeState } from '../../cli/words/views.ts';
import type { Delivery } from '../../functions/core/model/wire/delivery.ts';
import { mailFate } from '../../functions/core/model/wire/mail-state.ts';
import type { StoryDelivery } from '../api/alerts.ts';
import type { DigestStory } from '../../functions/core/operator/digest-story.ts';
import type { Names } from './names.ts';
import type { ConsoleWorld } from './world.ts';

/** A delivery as a list shows it, from its row alone: the digest that tells of it is not looked up. */
export function deliveryLine(
  delivery: Delivery,
  alertTitle: string | undefined,
  names: Pick<Names, 'destinationName'>,
): StoryDelivery {
  return {
    ...delivery,
    alert_title: alertTitle ?? null,
    destination_name: names.destinationName(delivery.destination_id),
    says: describeState(delivery),
    mail_state: mailFate(delivery)?.state ?? null,
    digest: null,
  };
}

/** The deliveries of an alert with the digests that tell of them, as `alerts show` has it. */
export async function storyDeliveries(
  { gateway, names: read, clock }: Pick<ConsoleWorld, 'gateway' | 'names' | 'clock'>,
  deliveries: readonly Delivery[],
  alertTitle: string | undefined,
): Promise<StoryDelivery[]> {
  const nowMs = clock.now();
  const [names, digests] = await Promise.all([read(), storiesOf(deliveries, gateway.records, nowMs)]);
  return deliveries.map((delivery) => {
    const digest = digests.get(delivery.id);
    return {
      ...deliveryLine(delivery, alertTitle, names),
      digest: digest === undefined ? null : digestOf(digest, nowMs),
    };
  });
}

function digestOf(story: DigestStory, nowMs: number): NonNullable<StoryDelivery['digest']> {
  const view = digestView(story) as { delivery_id: string };
  return { ...view, says: `told by ${describeDigest(story, nowMs)}` };
}
