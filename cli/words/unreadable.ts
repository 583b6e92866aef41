import {
  describeUnreadable,
  type UnreadableConfig,
} from '../../functions/core/model/config/unreadable-config.ts';
import { inert } from '../screen/terminal.ts';

/** What a list could not read, as JSON. */
export function unreadableView({ kind, id, name, problem }: UnreadableConfig): object {
  return { kind, id, name: name ?? null, problem };
}

/** One line for each item, with what can be done about it. */
export function unreadableWarning(items: readonly UnreadableConfig[]): string {
  return items.map((item) => `warning: ${inert(describeUnreadable(item))}; ${remedy(item)}\n`).join('');
}

function remedy({ kind, id }: UnreadableConfig): string {
  switch (kind) {
    case 'remediation':
      return `to take it away: tocsin remediation remove '${inert(id)}'`;
    case 'suppression':
      return `to take it away: tocsin suppressions remove ${inert(id)}`;
    case 'source':
    case 'destination':
    case 'route':
      return `deploy the version that wrote it, or delete it: tocsin ${kind} delete ${inert(id)}`;
  }
}
