import { parseTimeIntervals } from '../../match/parse-time-intervals.ts';
import { expects, object } from '../value-checks.ts';
import { BASE, type StoredKind } from './stored-kind.ts';

export const STORED_INTERVAL: StoredKind<'interval'> = {
  kind: 'interval',
  problem: object({
    ...BASE,
    times: expects(
      "times such as 'mon-fri 08:00-18:00 Europe/Berlin'",
      (value) => typeof value === 'string' && parseTimeIntervals(value).problems.length === 0,
    ),
  }),
  seen: () => ({}),
};
