import type { Severity } from '../../functions/core/model/wire/severity.ts';

export type Attention = { kind: string; text: string; command: string };

/** `?since` 1h to 7d, 24h unless told. */
export type Overview = {
  verdict: 'ok' | 'needs-attention';
  attention: Attention[];
  since: string;
  until: string;
  /** Oldest hour first; every hour of the window is there. */
  alerts_per_hour: { hour: string; counts: Record<Severity, number> }[];
  destinations: {
    id: string;
    name: string;
    is_enabled: boolean;
    paused_because: string | null;
    delivered: number;
    failed: number;
    /** Waits for its time: retries, intervals, an open breaker. */
    held: number;
    suppressed: number;
    digested: number;
  }[];
  /** From accepted to delivered, milliseconds; null where nothing was delivered. */
  latency_ms: { p50: number; p95: number; max: number; count: number } | null;
  oldest_waiting: { delivery_id: string; alert_id: string; since: string; destination_name: string } | null;
  /** Numbers count from here where there was too much to count; null: all of the window. */
  counted_from: string | null;
};

export type DeadLetterGroup = {
  reason: string;
  /** The remedy for this reason, where there is one. */
  remedy: string | null;
  count: number;
  oldest_at: string;
  letters: DeadLetterLine[];
};

export type DeadLetterLine = {
  queue: string;
  message_id: string;
  sent_at: string;
  reason: string;
  detail: string | null;
  destination_id: string | null;
  destination_name: string | null;
  delivery_id: string | null;
  alert_id: string | null;
  alert_title: string | null;
  attempts: number | null;
};
/** `being_read` counts the messages that cannot be shown now, because another reader has them. */
export type DeadLetters = { groups: DeadLetterGroup[]; count: number; being_read: number };

/** Alerts that no request brought: their count, and the counts of their deliveries by state. */
export type OwnSum = {
  alerts: Record<string, number>;
  deliveries: { accepted: number } & Record<string, unknown>;
};

/** The document of `audit --json`, and the same in words. `?since&until&destination`. */
export type AuditAnswer = {
  since: string;
  until: string;
  adds_up: boolean;
  requests: number;
  alerts: Record<string, number>;
  destinations: ({ id: string; name: string; accepted: number } & Record<string, unknown>)[];
  system_alerts: OwnSum;
  tests: OwnSum;
  /** Deliveries that operators sent again to a destination that the router had not planned. */
  replays: OwnSum;
  finding_count: number;
  findings: ({ problem: string; alert_id: string; received_at: string } & Record<string, unknown>)[];
  says: string;
  command: string;
};

/** `off` with the reason, `none-yet`, `well` or `late`. */
export type CanaryState = {
  state: string;
  because?: string;
  last_received_at?: string | null;
  flown: FlownCanary[];
};

/** One line of `canary list --json`. */
export type FlownCanary = {
  id: string;
  sent_at: string;
  sent_by: string;
  alert_id: string | null;
  took_ms: number | null;
  stopped_at: string | null;
  problem: string | null;
  phases: { phase: string; state: string; took_ms: number | null; problem: string | null }[];
};

export type SystemState = {
  queues: {
    name: string;
    is_dead_letter_queue: boolean;
    visible: number;
    in_flight: number;
    delayed: number;
  }[];
  /** The mail service's own words on the account. */
  mail: {
    state: string;
    because?: string;
    is_enabled?: boolean;
    per_day?: number;
    sent_last_24h?: number;
    looks_like_sandbox?: boolean;
  };
  /** The canaries of `status --json`, and the last of them; null where the version of the gateway knows no canaries. */
  canary: CanaryState | null;
  certificates: { destination: string; ends_at: string; days_left: number }[];
  /** Rotations of secrets with their operators, newest first. */
  rotations: { kind: 'source' | 'destination'; name: string; at: string; by: string }[];
};
