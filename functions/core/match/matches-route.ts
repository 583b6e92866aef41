import { passesSeverity, type Alert } from '../model/wire/alert.ts';
import { matchesGlob } from './glob.ts';
import type { Route } from '../model/config/route.ts';

/** Whether every part of a route's condition holds; an absent part holds for every alert. */
export function matchesRoute(alert: Alert, { condition }: Pick<Route, 'condition'>): boolean {
  return (
    passesSeverity(alert, condition.minSeverity) &&
    (condition.sourceIds === undefined || condition.sourceIds.includes(alert.source.id)) &&
    (condition.types === undefined || condition.types.some((glob) => matchesGlob(alert.type, glob))) &&
    Object.entries(condition.labels ?? {}).every(([name, value]) => alert.labels[name] === value)
  );
}
