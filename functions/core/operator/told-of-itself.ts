import type { Destination } from '../model/config/destination.ts';
import { takesSystemAlerts } from '../model/config/takes-system-alerts.ts';

/** Whether a destination is told of the alerts that Tocsin raises about itself. */
export type Told = 'told' | 'not-told' | 'disabled';

export function toldOfItself(destination: Destination): Told {
  if (!destination.isEnabled) return 'disabled';
  return takesSystemAlerts(destination) ? 'told' : 'not-told';
}

/**
 * Whether a change takes the last destination that is told of Tocsin itself, while others go on getting alerts: a receiver
 * that fails would then be nobody's business. Where none is left that is enabled, nobody is told anything.
 */
export function leavesNobodyTold(before: readonly Told[], after: readonly Told[]): boolean {
  return before.includes('told') && !after.includes('told') && after.includes('not-told');
}
