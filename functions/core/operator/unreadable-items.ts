import type { UnreadableConfig } from '../model/config/unreadable-config.ts';
import { tocsinCommand } from '../text/command-line.ts';

/** One point for each kind: the list of a kind names what of it cannot be read, and why. */
export function unreadableItems(
  items: readonly Pick<UnreadableConfig, 'kind' | 'id' | 'name'>[],
): { kind: 'unreadable'; text: string; command: string }[] {
  const kinds = [...new Set(items.map(({ kind }) => kind))];
  return kinds.map((kind) => {
    const names = items.filter((item) => item.kind === kind).map(({ id, name = id }) => name);
    return { kind: 'unreadable', text: `${kind} ${names.join(', ')} cannot be read`, command: LISTS[kind] };
  });
}

const LISTS: Record<UnreadableConfig['kind'], string> = {
  source: tocsinCommand('source', 'list'),
  destination: tocsinCommand('destination', 'list'),
  route: tocsinCommand('route', 'list'),
  silence: tocsinCommand('silence', 'list'),
  interval: tocsinCommand('interval', 'list'),
  lookup: tocsinCommand('lookup', 'list'),
  remediation: tocsinCommand('remediation', 'list'),
  suppression: tocsinCommand('suppressions', 'list'),
  'unsubscribe-key': tocsinCommand('unsubscribe-key', 'rotate'),
};
