import { parseTimeIntervals } from '../../functions/core/match/parse-time-intervals.ts';
import { printTimeIntervals } from '../../functions/core/match/time-interval.ts';
import { changedMeanwhile } from '../config/changed-meanwhile.ts';
import { createConfig } from '../config/create-config.ts';
import { randomConfigId } from '../config/random-id.ts';
import { randomOf } from '../io.ts';
import type { Interval } from '../../functions/core/model/config/interval.ts';
import type { MadeBy } from '../../functions/core/operator/ports.ts';
import type { Gateway } from '../gateway.ts';
import type { Session } from '../session.ts';

/** Times as they are printed, so that two ways to write them are stored as one. */
export function readTimes(text: string): { times: string; problems: string[] } {
  const { intervals, problems } = parseTimeIntervals(text);
  return { times: printTimeIntervals(intervals), problems };
}

/** Makes a time interval, or gives one that is there other times. */
export async function writeInterval(
  session: Session,
  gateway: Gateway,
  { name, times }: Pick<Interval, 'name' | 'times'>,
  { before, madeBy }: { before: Interval | undefined; madeBy?: MadeBy },
): Promise<Interval> {
  const now = new Date(session.nowMs).toISOString();
  const interval: Interval = {
    id: before?.id ?? randomConfigId('int', randomOf(session.io)),
    name,
    times,
    createdAt: before?.createdAt ?? now,
    updatedAt: now,
  };
  if (before === undefined) await createConfig(gateway, 'interval', interval, { madeBy });
  else if ((await gateway.config.update('interval', before, interval)) !== 'changed') {
    throw await changedMeanwhile(gateway, 'interval', before);
  }
  return interval;
}
