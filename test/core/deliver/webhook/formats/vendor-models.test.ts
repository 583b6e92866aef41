import { createRequire } from 'node:module';
import type * as AdaptiveCards from 'adaptivecards';
import { CloudEvent, HTTP } from 'cloudevents';
import { describe, expect, it } from 'vitest';
import { findWebhookFormat } from '../../../../../functions/core/deliver/webhook/formats/index.ts';
import type { Alert } from '../../../../../functions/core/model/wire/alert.ts';
import { anAlert, GOLDEN_ALERT, GOLDEN_CONTEXT } from './golden.ts';

// The modules of the package name each other without an ending, which Node does not find; its one file for browsers is whole.
const { AdaptiveCard, SerializationContext } = createRequire(import.meta.url)(
  'adaptivecards/dist/adaptivecards.js',
) as typeof AdaptiveCards;

const bodyOf = (format: string, alert: Alert) =>
  findWebhookFormat(format)?.render(alert, GOLDEN_CONTEXT) ?? '';
const ALERTS: [string, Alert][] = [
  ['the golden alert', GOLDEN_ALERT],
  ['a resolved one', { ...GOLDEN_ALERT, status: 'resolved' }],
  ['a dismissed one', { ...GOLDEN_ALERT, status: 'dismissed', dismissal: { reason: 'known', by: 'ana' } }],
  ['a bare one', anAlert()],
];

describe('the SDK of CloudEvents reads, and its own rules accept,', () => {
  it.each(ALERTS)('%s', (_, alert) => {
    const event = HTTP.toEvent({
      headers: { 'content-type': 'application/cloudevents+json' },
      body: bodyOf('cloudevents', alert),
    });
    if (!(event instanceof CloudEvent)) throw new Error('expected one event');
    expect(event.validate()).toBe(true);
    expect(event).toMatchObject({ id: alert.id, specversion: '1.0', data: { title: alert.title } });
  });
});

describe("Microsoft's SDK of Adaptive Cards reads without a complaint", () => {
  it.each(ALERTS)('%s', (_, alert) => {
    const message = JSON.parse(bodyOf('microsoft-teams', alert)) as { attachments: { content: object }[] };
    const context = new SerializationContext();
    const card = new AdaptiveCard();
    card.parse(message.attachments[0]?.content, context);
    const events = Array.from(
      { length: context.eventCount },
      (_, index) => context.getEventAt(index).message,
    );
    expect(events).toEqual([]);
    expect(card.validateProperties().validationEvents.map(({ message }) => message)).toEqual([]);
    expect(card.getItemCount()).toBeGreaterThan(2);
  });

  it('and complains about a card that is none', () => {
    const context = new SerializationContext();
    new AdaptiveCard().parse({ type: 'AdaptiveCard', version: '1.4', body: [{ type: 'Nothing' }] }, context);
    expect(context.eventCount).toBeGreaterThan(0);
  });
});
