import type { Destination } from './destination.ts';

/** Whether a destination is told of Tocsin itself: where nothing was said, unless all of it are executives. */
export function takesSystemAlerts(destination: Destination): boolean {
  const isForExecutives =
    destination.channel === 'email' && destination.recipients.every(({ role }) => role === 'executive');
  return destination.systemAlerts ?? !isForExecutives;
}
