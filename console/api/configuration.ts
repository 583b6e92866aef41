/** Documents of the CLI are given as it prints them with --json; fields beyond these may be there. */

export type SourceLine = {
  id: string;
  name: string;
  url: string;
  format: string;
  auth: { type: string; header: string | null };
  is_enabled: boolean;
  created_at: string;
  updated_at: string;
  status: SourceStatusView;
};

/** The document of `source status`. */
export type SourceStatusView = {
  state: string;
  health: string;
  last_accepted_at: string | null;
  last_rejected: { at: string; code: string; cause: string | null } | null;
  counts: Record<'1h' | '24h', Counts>;
  unclassified_percent: number | null;
  no_data_alarm: {
    settings: unknown;
    is_firing: boolean;
    silent_since: string | null;
    raised_at: string | null;
    alert_id: string | null;
  };
  warnings: string[];
};

type Counts = {
  since: string;
  accepted: number;
  rejected: number;
  auth_failures: number;
  unclassified: number;
};

export type Unreadable = { kind: string; id: string; name?: string | null };
export type SourceList = { sources: SourceLine[]; unreadable: Unreadable[] };

export type SourceStory = {
  source: SourceLine & Record<string, unknown>;
  status: SourceStatusView;
  /** JSON Schemas that its records are held against, as texts; null without any. */
  schemas: { is_strict: boolean; documents: string[] } | null;
  /** A command ready to paste. It reads the secret from the environment variable SECRET. */
  curl: string;
  commands: { test: string; rotate: string; status: string };
};

export type DestinationLine = {
  id: string;
  name: string;
  channel: 'email' | 'webhook';
  is_enabled: boolean;
  paused_because: string | null;
  to: string;
  /** Of a webhook: whether its receiver is inside the VPC of the deployment. */
  is_private?: boolean;
  min_severity: string | null;
  breaker: { state: 'closed' | 'open' | 'half-open'; failures: number; open_until: string | null } | null;
  created_at: string;
  updated_at: string;
};
export type DestinationList = { destinations: DestinationLine[]; unreadable: Unreadable[] };

export type DestinationStory = {
  destination: DestinationLine & Record<string, unknown>;
  /** The last attempts, newest first. */
  last_answers: {
    delivery_id: string;
    alert_id: string;
    at: string;
    outcome: string;
    status: number | null;
    reason: string | null;
    detail: string | null;
    duration_ms: number;
    excerpt: string | null;
  }[];
  commands: { test: string; rotate: string; show: string };
};

export type RouteLine = {
  id: string;
  name: string;
  is_enabled: boolean;
  /** In words: `type github.*, severity high and above`. */
  when: string;
  /** In words: the names of destinations, `every enabled destination`, or `nobody`. */
  told: string;
} & Record<string, unknown>;
export type RouteList = { routes: RouteLine[]; unreadable: Unreadable[] };

/** Body of the explain playground. */
export type ExplainRequest = { source: string; payload: string; at?: string };
export type Explained = { alerts: unknown[]; told: string[]; says: string };

export type SilenceLine = {
  id: string;
  state: 'active' | 'scheduled' | 'ended';
  starts_at: string;
  ends_at: string;
  author: string;
  comment: string;
  /** Lists of matchers; it covers what one of them matches. */
  match: string[];
} & Record<string, unknown>;
export type SilenceList = { silences: SilenceLine[]; unreadable: Unreadable[] };
