import { equalInConstantTime } from '../signing/constant-time.ts';
import { standardWebhooksSignature } from '../signing/standard-webhooks.ts';
import { type CanaryMark, isInTimeAfter } from '../model/wire/canary.ts';
import type { Clock } from '../world.ts';
import { canaryMark } from './canary-request.ts';
import { type HeartbeatPorts, tellHeartbeat } from './heartbeat.ts';
import type { CanaryLog } from './ports.ts';

export type ReceiveCanaryPorts = HeartbeatPorts & {
  canaries: Pick<CanaryLog, 'received' | 'heartbeat'>;
  /** The secret of the canary's destination. */
  secret(): Promise<string>;
  clock: Clock;
};

/** A post of our own webhook worker. Header names in lower case. */
type CanaryPost = { headers: Readonly<Record<string, string | undefined>>; body: string };

/** What came of it. `refused`: it is not ours, too old, or no canary. */
type Receipt =
  | { receipt: 'refused' }
  | {
      receipt: 'kept';
      mark: CanaryMark;
      latencyMs: number;
      isLate: boolean;
      isFirst: boolean;
      /** Why the heartbeat did not hear of it. */
      heartbeatProblem?: string;
    };

const TOLERANCE_MS = 300_000;

/**
 * The end of a canary's way: checks the signature as every receiver of a webhook should, keeps the receipt, tells the heartbeat.
 *
 * A canary that comes twice has one receipt, and one that is late is no sign that all is well: the heartbeat hears of neither.
 */
export async function receiveCanary(post: CanaryPost, ports: ReceiveCanaryPorts): Promise<Receipt> {
  const nowMs = ports.clock.now();
  const mark = isSigned(post, await ports.secret(), nowMs) ? markOf(post.body) : undefined;
  if (mark === undefined) return { receipt: 'refused' };
  const latencyMs = Math.max(0, nowMs - Date.parse(mark.sent_at));
  const isLate = !isInTimeAfter(latencyMs);
  const isFirst = await ports.canaries.received(mark, new Date(nowMs).toISOString());
  const kept = { receipt: 'kept' as const, mark, latencyMs, isLate, isFirst };
  if (isLate || !isFirst) return kept;
  const heartbeat = await tellHeartbeat('success', `canary received after ${String(latencyMs)} ms`, ports);
  if (heartbeat === undefined) return kept;
  await ports.canaries.heartbeat(mark, heartbeat);
  return { ...kept, ...(heartbeat.problem !== undefined && { heartbeatProblem: heartbeat.problem }) };
}

/** By the Standard Webhooks trio, which signs the timestamp too. The secret is never rotated, so there is one signature. */
function isSigned({ headers, body }: CanaryPost, secret: string, nowMs: number): boolean {
  const id = headers['webhook-id'] ?? '';
  const timestamp = headers['webhook-timestamp'] ?? '';
  if (!/^\d{1,12}$/u.test(timestamp)) return false;
  const timestampSeconds = Number(timestamp);
  if (Math.abs(nowMs - timestampSeconds * 1_000) > TOLERANCE_MS) return false;
  const expected = standardWebhooksSignature([secret], { id, timestampSeconds, body });
  return equalInConstantTime(expected, headers['webhook-signature'] ?? '');
}

function markOf(body: string): CanaryMark | undefined {
  try {
    const { data } = JSON.parse(body) as { data?: { details?: unknown } };
    return canaryMark(data?.details);
  } catch {
    return undefined;
  }
}
