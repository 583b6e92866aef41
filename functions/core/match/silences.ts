import type { Silence } from '../model/config/silence.ts';
import { type Alert, isSystemAlert } from '../model/wire/alert.ts';
import { indexMatchers } from './index-matchers.ts';
import { isNegative, type Matcher } from './matcher.ts';

/** Silences, ready to be asked about alert after alert. */
export type SilenceBook = {
  /** The silence that covers an alert at an instant; of several the one that ends last. */
  over(alert: Alert, atMs: number): Silence | undefined;
};

/**
 * Compiles silences.
 *
 * A silence covers a critical alert only where its list names the severity, and a system alert only where its list names that.
 */
export function silenceBook(silences: readonly Silence[]): SilenceBook {
  const sets = silences.flatMap((silence) => silence.matcherSets.map((matchers) => ({ silence, matchers })));
  const matching = indexMatchers(sets.map(({ matchers }) => matchers));
  return {
    over: (alert, atMs) => {
      if (sets.length === 0) return undefined;
      const covering = matching(alert)
        .map((position) => sets[position])
        .filter((set) => set !== undefined)
        .filter(({ silence, matchers }) => isActive(silence, atMs) && mayCover(matchers, alert))
        .map(({ silence }) => silence);
      return covering.toSorted((a, b) => Date.parse(b.endsAt) - Date.parse(a.endsAt))[0];
    },
  };
}

/** Whether a list says that it means critical alerts too: `severity=critical`, `severity>=high`. */
export function namesCritical(matchers: readonly Matcher[]): boolean {
  return matchers.some((matcher) => matcher.name === 'severity' && !isNegative(matcher));
}

/** `type=tocsin.source-silent`, `source=Tocsin`, `format=system`. */
function namesSystemAlerts(matchers: readonly Matcher[]): boolean {
  return matchers.some(
    (matcher) =>
      ['source', 'type', 'format'].includes(matcher.name) &&
      !isNegative(matcher) &&
      /tocsin|^system$/iu.test(matcher.value),
  );
}

function mayCover(matchers: readonly Matcher[], alert: Alert): boolean {
  if (isSystemAlert(alert)) return namesSystemAlerts(matchers);
  return alert.severity !== 'critical' || namesCritical(matchers);
}

function isActive({ startsAt, endsAt }: Silence, atMs: number): boolean {
  return Date.parse(startsAt) <= atMs && atMs < Date.parse(endsAt);
}
