import { readableMs } from './time.ts';
import type { Attempt } from '../../functions/core/model/wire/delivery.ts';

/** How long each phase of a request took: `dns 3 ms, connect 2 ms, tls 4 ms, first byte 4 ms`; empty when none is known. */
export function describePhases({ phases_ms: phases = {} }: Attempt): string {
  return Object.entries(phases)
    .map(([phase, ms]) => `${phase.replace('_', ' ')} ${readableMs(ms)}`)
    .join(', ');
}

/** Where a request went: `to 203.0.113.7 with TLSv1.3 (dns 3 ms, connect 2 ms)`; undefined when it went nowhere. */
export function describeWay(attempt: Attempt): string | undefined {
  const phases = describePhases(attempt);
  const { address, tls_version: tls } = attempt;
  if (address === undefined) return undefined;
  return `to ${address}${tls === undefined ? '' : ` with ${tls}`}${phases === '' ? '' : ` (${phases})`}`;
}
