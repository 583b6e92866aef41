import type {
  Canary,
  CanaryAlarm,
  CanaryMark,
  CanaryState,
  CanaryWatch,
  DoorAnswer,
  HeartbeatAnswer,
} from '../model/wire/canary.ts';

/** What the canary asks of the outside world. */

/** Canaries, newest first, and what the next run has to know. */
export type CanaryLog = {
  /** Written before the canary is sent: one that vanishes is missed. */
  begin(canary: Canary): Promise<void>;
  answered(canary: CanaryMark, door: DoorAnswer): Promise<void>;
  /** False when it was received before. */
  received(canary: CanaryMark, receivedAt: string): Promise<boolean>;
  heartbeat(canary: CanaryMark, answer: HeartbeatAnswer): Promise<void>;
  newest(limit: number): Promise<Canary[]>;
  find(canary: CanaryMark): Promise<Canary | undefined>;
  state(): Promise<CanaryState>;
  mailedOn(day: string): Promise<void>;
  keepAlarm(watch: CanaryWatch, alarm: CanaryAlarm | undefined): Promise<void>;
};

/** The source and the destinations of the canary, which the gateway makes itself. */
export type CanaryConfiguration = {
  /** Makes what is missing, and mends what is not as it should be. */
  ensure(): Promise<void>;
};

/** The URL that senders use. Whatever comes of a post is an answer. */
export type PublicDoor = {
  post(request: {
    url: string;
    headers: Record<string, string>;
    body: string;
  }): Promise<{ status: number; text: string } | { problem: string }>;
};

/** The URL of the heartbeat, now; undefined where there is none. */
export type HeartbeatUrl = { read(): Promise<string | undefined> };
