import { breakerState } from '../model/wire/endpoint-health.ts';
import { tocsinCommand } from '../text/command-line.ts';
import { counted } from '../text/count-words.ts';
import type { Attention, GatewayFacts } from './gateway-facts.ts';

const DAY_MS = 86_400_000;
/** When the first warning about a certificate goes out (watch/watch-certificates.ts). */
const CERTIFICATE_DAYS = 30;

/** The findings that keep a destination from being told, or soon will. */
export function destinationAttention(
  { destination, health }: GatewayFacts['destinations'][number],
  hasPrivateLane: boolean,
  nowMs: number,
): Attention[] {
  if (destination.channel !== 'webhook') return [];
  const { name } = destination;
  if (!destination.isEnabled) {
    return destination.pausedBecause === undefined
      ? []
      : [
          {
            kind: 'destination-paused',
            text: `destination ${name} is paused: its receiver answered 410 Gone`,
            command: tocsinCommand('destination', 'show', name),
          },
        ];
  }
  const found: Attention[] = [];
  if (destination.isPrivate === true && !hasPrivateLane) {
    found.push({
      kind: 'no-private-lane',
      text: `destination ${name} is private, and the deployment has no private lane: its alerts become dead letters (docs/private-receivers.md)`,
      command: tocsinCommand('destination', 'show', name),
    });
  }
  if (breakerState(health, nowMs) === 'open') {
    found.push({
      kind: 'breaker-open',
      text: `the receiver of ${name} failed ${String(health?.failures ?? 0)} times in a row; deliveries wait`,
      command: tocsinCommand('deliveries', 'list', '--destination', name, '--state', 'pending'),
    });
  }
  const { auth } = destination;
  const ends = auth.type === 'mtls' && auth.notAfter !== undefined ? Date.parse(auth.notAfter) : undefined;
  if (ends !== undefined && ends - nowMs < CERTIFICATE_DAYS * DAY_MS) {
    const days = Math.floor((ends - nowMs) / DAY_MS);
    found.push({
      kind: 'certificate',
      text:
        days < 0
          ? `the client certificate of ${name} has ended`
          : `the client certificate of ${name} ends in ${counted(days, 'day', 'days')}`,
      command: tocsinCommand('destination', 'show', name),
    });
  }
  return found;
}
