import Alert from '@cloudscape-design/components/alert';
import type { Unreadable } from '../../api/configuration.ts';

/** Items of the configuration that this version cannot read; alerts that concern them are kept. */
export function UnreadableItems({ items }: { items: readonly Unreadable[] }) {
  if (items.length === 0) return null;
  return (
    <Alert type="error" header="This version cannot read all of the configuration">
      <span className="foreign">{items.map(({ kind, id, name }) => `${kind} ${name ?? id}`).join(', ')}</span>
    </Alert>
  );
}
