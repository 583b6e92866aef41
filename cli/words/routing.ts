import { inert } from '../screen/terminal.ts';
import type { RoutingTrace } from '../../functions/core/model/wire/accepted-alerts.ts';

const BECAUSE: Record<RoutingTrace['because'], string> = {
  'no-routes-configured': 'there are no routes, so every alert goes here',
  'default-route': 'no route matched, so it goes by the default route',
  'route-matched': 'a route matched',
  'system-alert': 'it is told of Tocsin itself',
  canary: 'it takes the canaries',
  'below-minimum-severity': 'the severity is below what it takes',
  'perhaps-told-before': 'it is the end of what was told here perhaps, when it was graver',
  'destination-disabled': 'it is disabled',
  'no-route-matched': 'no route to it matched',
  'configuration-unreadable': 'but its configuration could not be read then, so nothing could be sent',
  'route-unreadable': 'a route could not be read then, and may have matched',
  'system-alerts-off': 'it is not told of Tocsin itself',
  'for-another-destination': 'the alert is for another destination',
  'concerns-this-destination': 'the alert is about this destination',
};

/** The router's decision in words: `chosen, a route matched (nightly)`. */
export function describeTrace(trace: RoutingTrace): string {
  const because =
    trace.route === undefined ? BECAUSE[trace.because] : `${BECAUSE[trace.because]} (${inert(trace.route)})`;
  // A test alert is about the one destination that it goes to; a system alert is kept away from the one it is about.
  if (trace.decision === 'silence' && trace.silence !== undefined) {
    const { id, comment, author, until } = trace.silence;
    return `silenced until ${until} by ${inert(author)}: ${inert(comment)} (${id}); otherwise chosen, ${because}`;
  }
  if (trace.outside !== undefined) {
    const { intervals, until } = trace.outside;
    const outside = `outside of ${intervals.map(inert).join(', ')}`;
    return until === undefined
      ? `dropped, ${outside}; otherwise chosen, ${because}`
      : `held until ${until}, ${outside}; chosen, ${because}`;
  }
  return `${trace.decision === 'deliver' ? 'chosen' : 'not chosen'}, ${because}`;
}
