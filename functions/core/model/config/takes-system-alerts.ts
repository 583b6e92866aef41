import type { EmailDestination, WebhookDestination } from './destination.ts';

/** As much of a destination as says whether it is told. */
export type SystemAlertTaker =
  | Pick<EmailDestination, 'channel' | 'systemAlerts' | 'recipients'>
  | Pick<WebhookDestination, 'channel' | 'systemAlerts'>;

/** Whether a destination is told of Tocsin itself: where nothing was said, unless all of it are executives. */
export function takesSystemAlerts(destination: SystemAlertTaker): boolean {
  const isForExecutives =
    destination.channel === 'email' && destination.recipients.every(({ role }) => role === 'executive');
  return destination.systemAlerts ?? !isForExecutives;
}
