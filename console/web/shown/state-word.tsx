import StatusIndicator from '@cloudscape-design/components/status-indicator';
import type { StatusIndicatorProps } from '@cloudscape-design/components/status-indicator';

/** The tone and the words for a state, the same for every kind of thing. A state that is not here is shown as its own word. */
const TYPES: Record<string, StatusIndicatorProps.Type> = {
  // alerts
  firing: 'error',
  resolved: 'success',
  dismissed: 'stopped',
  routed: 'success',
  unrouted: 'warning',
  // deliveries
  delivered: 'success',
  digested: 'success',
  sending: 'in-progress',
  pending: 'pending',
  suppressed: 'stopped',
  dead: 'error',
  // decisions
  deliver: 'success',
  silence: 'stopped',
  hold: 'pending',
  drop: 'stopped',
  skip: 'stopped',
  // outcomes of attempts
  retry: 'warning',
  failed: 'error',
  // sources and destinations
  ready: 'success',
  creating: 'in-progress',
  healthy: 'success',
  silent: 'warning',
  'never-seen': 'pending',
  enabled: 'success',
  disabled: 'stopped',
  paused: 'warning',
  closed: 'success',
  open: 'error',
  'half-open': 'warning',
  // silences
  active: 'in-progress',
  scheduled: 'pending',
  ended: 'stopped',
};

/** A state, in its own word or in more of them. */
export function StateWord({ state, says }: { state: string; says?: string }) {
  return <StatusIndicator type={TYPES[state] ?? 'info'}>{says ?? state}</StatusIndicator>;
}
