import type { DestinationLine } from '../../api/configuration.ts';

/** In one word: `enabled`, `disabled`, or `paused` because its receiver is gone. */
export function destinationState(
  destination: Pick<DestinationLine, 'is_enabled' | 'paused_because'>,
): 'enabled' | 'disabled' | 'paused' {
  if (destination.paused_because !== null) return 'paused';
  return destination.is_enabled ? 'enabled' : 'disabled';
}
