import {
  describeUnreadable,
  type UnreadableConfig,
} from '../../functions/core/model/config/unreadable-config.ts';
import { inert } from '../screen/terminal.ts';
import { TOCSIN } from './hint.ts';

/** An item that a list could not read, as JSON. */
export function unreadableView({ kind, id, name, problem }: UnreadableConfig): object {
  return { kind, id, name: name ?? null, problem };
}

/** One line for each item, with what can be done about it. */
export function unreadableWarning(items: readonly UnreadableConfig[]): string {
  return items.map((item) => `warning: ${unreadableMessage(item)}\n`).join('');
}

/** The same of one item that a command cannot do without. */
export function unreadableMessage(item: UnreadableConfig): string {
  return `${inert(describeUnreadable(item))}; ${remedy(item)}`;
}

function remedy({ kind, id, isSecret }: UnreadableConfig): string {
  if (isSecret === true) {
    const more =
      kind === 'destination' ? `, or write what else it held: ${TOCSIN} destination update --help` : '';
    return `deploy the version that wrote it, or make a new one: ${TOCSIN} ${kind} rotate ${inert(id)}${more}`;
  }
  switch (kind) {
    case 'unsubscribe-key':
      return `to make a new one: ${TOCSIN} unsubscribe-key rotate`;
    case 'remediation':
      return `to take it away: ${TOCSIN} remediation remove '${inert(id)}'`;
    case 'silence':
      return `deploy the version that wrote it, or delete it: ${TOCSIN} silence expire ${inert(id)}`;
    case 'suppression':
      return `to take it away: ${TOCSIN} suppressions remove ${inert(id)}`;
    case 'source':
    case 'destination':
    case 'route':
    case 'interval':
    case 'lookup':
      return `deploy the version that wrote it, or delete it: ${TOCSIN} ${kind} delete ${inert(id)}`;
  }
}
