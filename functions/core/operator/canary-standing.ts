import { canaryPhases, type CanaryVerdict, judgeCanary, tellingCanaries } from '../canary/canary-phases.ts';
import type { CanaryLog } from '../canary/ports.ts';
import { alertIdOf, type Canary, CANARY_WATCHES, type CanaryPhase } from '../model/wire/canary.ts';
import type { StoredAlerts } from '../watch/ports.ts';

/** The records of canaries that the operator's tools read. */
export type CanaryRecords = {
  canaries: Pick<CanaryLog, 'newest' | 'find'>;
  stored: Pick<StoredAlerts, 'find'>;
};

/** A canary and what became of it. */
export type FlownCanary = { canary: Canary; phases: CanaryPhase[] };

/** How the canaries of a gateway stand. */
export type CanaryStanding = {
  /** The newest, whatever became of it; absent where none was sent in the last three days. */
  newest?: Canary;
  /** The newest that was received. */
  received?: Canary;
  /** The newest that the schedule sent. */
  scheduled?: Canary;
  /** Watches that are out of order. */
  late: Extract<CanaryVerdict, { state: 'late' }>[];
};

/** The canaries of more than a day, at one every five minutes. */
const LOOKED_AT = 320;

/** The newest canaries with their phases. */
export async function flownCanaries(
  limit: number,
  hasHeartbeat: boolean,
  { canaries, stored }: CanaryRecords,
): Promise<FlownCanary[]> {
  return withPhases(await canaries.newest(limit), hasHeartbeat, stored);
}

/** One canary as it stands now; undefined where it is not known. */
export async function flownCanary(
  { id, sent_at: sentAt }: Canary,
  hasHeartbeat: boolean,
  { canaries, stored }: CanaryRecords,
): Promise<FlownCanary | undefined> {
  const canary = await canaries.find({ canary_id: id, sent_at: sentAt });
  return canary === undefined ? undefined : (await withPhases([canary], hasHeartbeat, stored))[0];
}

/** How the canaries stand, judged as the schedule judges them. */
export async function canaryStanding(
  hasHeartbeat: boolean,
  { canaries, stored }: CanaryRecords,
  nowMs: number,
): Promise<CanaryStanding> {
  const all = await canaries.newest(LOOKED_AT);
  const telling = tellingCanaries(all, nowMs);
  const flown = await withPhases([...new Set(Object.values(telling))], hasHeartbeat, stored);
  const late = CANARY_WATCHES.flatMap((watch) => {
    const one = flown.find(({ canary }) => canary === telling[watch]);
    const verdict = one === undefined ? undefined : judgeCanary(watch, one.canary, one.phases);
    return verdict?.state === 'late' ? [verdict] : [];
  });
  const [newest] = all;
  const received = all.find(({ received_at: at }) => at !== undefined);
  const scheduled = all.find(({ sent_by: by }) => by === 'schedule');
  return {
    late,
    ...(newest !== undefined && { newest }),
    ...(received !== undefined && { received }),
    ...(scheduled !== undefined && { scheduled }),
  };
}

async function withPhases(
  some: readonly Canary[],
  hasHeartbeat: boolean,
  stored: CanaryRecords['stored'],
): Promise<FlownCanary[]> {
  const ids = some.flatMap((canary) => alertIdOf(canary) ?? []);
  const trails = ids.length === 0 ? new Map<string, never>() : await stored.find(ids);
  return some.map((canary) => ({
    canary,
    phases: canaryPhases(canary, trails.get(alertIdOf(canary) ?? ''), hasHeartbeat),
  }));
}
