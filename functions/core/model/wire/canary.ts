/** Who sent a canary: the schedule, or somebody with `canary run`. */
export type CanarySender = 'schedule' | 'operator';

/** What the public door said, or what kept it from saying anything. */
export type DoorAnswer = { took_ms: number } & (
  | { alert_id: string }
  /** `401 unauthorized`, `no answer within 10000 ms` */
  | { problem: string }
);

/** What came of telling the heartbeat. Nothing of its URL is in it. */
export type HeartbeatAnswer = { took_ms: number; problem?: string };

/** One canary, as the table keeps it for a few days. */
export type Canary = {
  id: string;
  sent_at: string;
  sent_by: CanarySender;
  /** Whether it is told by mail too. */
  with_mail: boolean;
  door?: DoorAnswer;
  /** When it was received at its end, with a signature that holds. */
  received_at?: string;
  heartbeat?: HeartbeatAnswer;
};

/** The alert that a canary became; undefined where the door took none. */
export function alertIdOf({ door }: Canary): string | undefined {
  return door !== undefined && 'alert_id' in door ? door.alert_id : undefined;
}

/** What of a canary may be out of order by itself, each with an alarm of its own. */
export const CANARY_WATCHES = ['path', 'heartbeat', 'mail'] as const;
export type CanaryWatch = (typeof CANARY_WATCHES)[number];

/** What was told and is not over yet. */
export type CanaryAlarm = { phase: CanaryPhaseName; since: string; raised_at: string; alert_id: string };

/** What the next run has to know. */
export type CanaryState = {
  /** The UTC day of the last canary of the schedule that was told by mail. */
  mailed_on?: string;
  alarms: Partial<Record<CanaryWatch, CanaryAlarm>>;
};

/** What a canary goes through, in this order. */
export type CanaryPhaseName = 'accepted' | 'routed' | 'delivered' | 'receipt' | 'heartbeat' | 'mail';

/** `done` with the time since the phase before it; `waiting`; `failed` with what went wrong. */
export type CanaryPhase = { phase: CanaryPhaseName } & (
  | { state: 'done'; took_ms: number; at: string }
  | { state: 'waiting' }
  | { state: 'failed'; problem: string }
);

/** How long a canary may take from its sending to its receipt; later than that it is late. */
export const CANARY_LATE_MS = 120_000;
export function isInTimeAfter(latencyMs: number): boolean {
  return latencyMs <= CANARY_LATE_MS;
}

/** The same for its mail: SES says within minutes that it was delivered. */
export const CANARY_MAIL_LATE_MS = 30 * 60_000;

/** What the alert of a canary carries in its details, as the receiver reads it. */
export type CanaryMark = { canary_id: string; sent_at: string };
