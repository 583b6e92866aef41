import type { Alert } from '../../../model/alert.ts';
import type { WebhookDestination } from '../../../model/destination.ts';

/** What a format may know beside the alert. All of it is the same on every attempt, so the bytes are too. */
export type RenderContext = {
  deliveryId: string;
  /** When the delivery was decided, ISO 8601: the timestamp that payloads show. */
  createdAt: string;
  destination: WebhookDestination;
};

/** A named payload shape that goes out. */
export type WebhookFormat = {
  name: string;
  /** One line for the list of formats. */
  summary: string;
  contentType: string;
  /** Deterministic: the same alert and context give the same bytes. */
  render(alert: Alert, context: RenderContext): string;
};
