import { boundedMap } from '../../bounded-map.ts';
import type { Delivery } from '../../model/wire/delivery.ts';
import { joinedDigest } from '../../model/wire/joined-digest.ts';
import { hasComeBack } from '../../model/wire/mail-state.ts';
import { OVERDUE_AFTER_MS } from '../../watch/judge-delivery.ts';
import { judgeWritten, type Owed, type Problem } from './judge-alert.ts';
import type { AuditRecords } from './ports.ts';
import { type Audit, type DestinationSum, named, note } from './sums.ts';

/** A digest can join a storm; nothing joins anything beyond that. */
const DEEPEST_DIGEST = 3;
const DIGESTS_AT_ONCE = 8;

/** A digest that counted deliveries have joined: the first of them, and how many are in which sum. */
type JoinedDigest = { closesAt: string; first: Owed; of: Delivery; alerts: Map<DestinationSum, number> };

/** The ends of the digests that the counted deliveries are told by. Of each digest one delivery is kept, not all. */
export function digestEnds(records: Pick<AuditRecords, 'digest'>, nowMs: number) {
  const digests = new Map<string, JoinedDigest>();
  return {
    /** Notes the digest of a delivery that joined one. */
    join(owed: Owed, delivery: Delivery, sum: DestinationSum): void {
      const digest = joinedDigest(delivery);
      if (digest === undefined) return;
      const { id, closes_at: closesAt } = digest;
      const joined = digests.get(id) ?? { closesAt, first: firstOf(owed), of: delivery, alerts: new Map() };
      joined.alerts.set(sum, (joined.alerts.get(sum) ?? 0) + 1);
      digests.set(id, joined);
    },

    /** Reads what tells of each of them, once all that joined is counted. */
    async judge(audit: Audit): Promise<void> {
      await boundedMap([...digests], DIGESTS_AT_ONCE, async ([id, joined]) => {
        addEnd(id, joined, await endOf({ id, closes_at: joined.closesAt }, records, nowMs), audit);
      });
    },
  };
}

/** Without the deliveries of an alert: it is kept for as long as the audit runs. */
function firstOf({ alertId, kind, requestId, sourceId, receivedAt }: Owed): Owed {
  return { alertId, kind, ...(requestId !== undefined && { requestId }), sourceId, receivedAt };
}

/** The delivery that tells of the members of a digest: that of its message, or of the storm that it joined. */
async function endOf(
  { id, closes_at: closesAt }: { id: string; closes_at: string },
  records: Pick<AuditRecords, 'digest'>,
  nowMs: number,
  depth = 1,
): Promise<Problem | 'told' | 'came-back' | 'open' | 'dead'> {
  const isOpen = nowMs <= Date.parse(closesAt) + OVERDUE_AFTER_MS;
  const delivery = (await records.digest(id))?.delivery;
  if (delivery === undefined) return isOpen ? 'open' : 'digest-without-mail';
  const joined = joinedDigest(delivery);
  if (joined !== undefined && depth < DEEPEST_DIGEST) {
    return endOf(joined, records, nowMs, depth + 1);
  }
  const { standing, problem } = judgeWritten(delivery, nowMs);
  if (problem !== undefined) return problem;
  if (standing === 'dead') return 'dead';
  if (standing === 'pending') return 'open';
  return hasComeBack(delivery) ? 'came-back' : 'told';
}

function addEnd(
  digestId: string,
  { first, of, alerts }: JoinedDigest,
  end: Awaited<ReturnType<typeof endOf>>,
  audit: Audit,
): void {
  if (end === 'told' || end === 'open') return;
  if (end === 'dead') {
    for (const [sum, count] of alerts) sum.digestedDead += count;
    return;
  }
  if (end === 'came-back') {
    for (const [sum, count] of alerts) sum.digestedCameBack += count;
    return;
  }
  const all = [...alerts.values()].reduce((sum, count) => sum + count, 0);
  note({ ...named(first, of), problem: end, digestId, alerts: all }, audit);
}
