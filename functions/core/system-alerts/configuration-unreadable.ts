import type { UnreadableConfig } from '../model/config/unreadable-config.ts';
import type { Alert } from '../model/wire/alert.ts';
import {
  NEWER,
  SEE_STATUS,
  unreadableAlert,
  type UnreadableWords,
  wordsAtDelivery,
} from './delivery-unreadable.ts';

/**
 * Tells an operator, once an hour for each item. A destination that is unreadable itself is not told.
 *
 * @param example an alert that met it on its way; left out where none did
 */
export function unreadableConfigAlert(
  item: UnreadableConfig,
  nowMs: number,
  tenantId: string,
  example?: Alert,
): Alert {
  return unreadableAlert(item, wordsOf(item), { nowMs, tenantId, example });
}

function wordsOf(item: UnreadableConfig): UnreadableWords {
  const { kind, id, name, isSecret } = item;
  const anew = (idOrName: string) => [
    SEE_STATUS,
    NEWER,
    `Otherwise delete it and create it again: tocsin ${kind} delete ${idOrName}`,
  ];
  switch (kind) {
    case 'destination':
    case 'suppression':
    case 'unsubscribe-key':
      return wordsAtDelivery(item);
    case 'source': {
      const shown = name ?? 'NAME';
      return {
        consequence: 'Its requests are answered with 503, so its sender must send them again.',
        steps:
          isSecret === true
            ? [NEWER, `Otherwise make a new secret and give it to the sender: tocsin source rotate ${shown}`]
            : anew(shown),
      };
    }
    case 'route':
      return {
        consequence:
          'Its destinations get every alert that it may have matched; where it names none, every enabled destination does.',
        steps: anew(id),
      };
    case 'interval':
      return { consequence: 'It counts as open: routes that ask for it tell at once.', steps: anew(id) };
    case 'lookup':
      return { consequence: 'Alerts go on without the labels that it adds.', steps: anew(id) };
    case 'silence':
      return {
        consequence: 'It has no effect: what it was meant to silence is told.',
        steps: [
          'See what it was: tocsin silence list',
          NEWER,
          `Otherwise delete it: tocsin silence expire ${id}`,
        ],
      };
    case 'remediation':
      return {
        consequence: 'Mails go out without these steps.',
        steps: [SEE_STATUS, NEWER, 'Otherwise write it anew: tocsin remediation set --help'],
      };
  }
}
