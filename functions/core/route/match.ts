import type { Alert } from '../model/alert.ts';
import type { Route } from '../model/route.ts';
import { meetsSeverity } from '../model/severity.ts';

/** Whether every part of a route's condition holds; an absent part holds for every alert. */
export function matchesRoute(alert: Alert, { condition }: Route): boolean {
  return (
    meetsSeverity(alert.severity, condition.minSeverity) &&
    (condition.sourceIds === undefined || condition.sourceIds.includes(alert.source.id)) &&
    (condition.types === undefined || condition.types.some((glob) => matchesGlob(alert.type, glob))) &&
    Object.entries(condition.labels ?? {}).every(([name, value]) => alert.labels[name] === value)
  );
}

/** `*` stands for any run of characters, everything else for itself; linear, whatever the glob. */
export function matchesGlob(value: string, glob: string): boolean {
  const [head = '', ...rest] = glob.split('*');
  if (rest.length === 0) {
    return value === glob;
  }
  const tail = rest.pop() ?? '';
  if (!value.startsWith(head) || value.length < head.length + tail.length || !value.endsWith(tail)) {
    return false;
  }
  // The parts between two stars are found greedily from the left, inside what head and tail leave over.
  const middle = value.slice(head.length, value.length - tail.length);
  let from = 0;
  return rest.every((part) => {
    const at = middle.indexOf(part, from);
    from = at + part.length;
    return at >= 0;
  });
}
