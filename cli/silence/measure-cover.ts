import { silenceBook } from '../../functions/core/match/silences.ts';
import { isEnded, isSystemAlert } from '../../functions/core/model/wire/alert.ts';
import { countedAlerts } from '../../functions/core/text/count-words.ts';
import { alertsOfLastDay } from '../route/measure-effect.ts';
import type { Silence } from '../../functions/core/model/config/silence.ts';
import type { Gateway } from '../gateway.ts';
import type { Session } from '../session.ts';

/** Of the alerts of the last 24 hours, those that a silence would have kept back. Ends and system alerts do not count. */
type SilenceCover = { alerts: number; covered: number };

/** By what silences in production, as if it had lasted all day. */
export async function measureCover(
  session: Session,
  gateway: Gateway,
  silence: Silence,
): Promise<SilenceCover> {
  const book = silenceBook([silence]);
  const lastsMs = Date.parse(silence.startsAt);
  const firing = (await alertsOfLastDay(session, gateway)).filter(
    ({ alert }) => !isEnded(alert) && !isSystemAlert(alert),
  );
  return {
    alerts: firing.length,
    covered: firing.filter(({ alert }) => book.over(alert, lastsMs) !== undefined).length,
  };
}

/** Nothing where there is nothing to count it on. */
export function describeCover({ alerts, covered }: SilenceCover): string[] {
  if (alerts === 0) return [];
  return [`Of ${countedAlerts(alerts)} in the last 24 hours it would have covered ${String(covered)}.`];
}

export function coverView({ alerts, covered }: SilenceCover): object {
  return { alerts_24h: alerts, covered_24h: covered };
}
