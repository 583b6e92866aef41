import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Manifest } from '../functions/core/model/config/manifest.ts';
import type { Clock } from './clock.ts';
import type { SesAccess } from './emulators/ses/ses-emulator.ts';
import type { QueueState } from './pages/index-page.ts';
import type { LocalMail } from './pages/read-mail.ts';
import type { AccessKeys, UsedGrant } from './runtime/access-check.ts';
import type { TextBytesBehaviour } from './runtime/http-api/decode-body.ts';

export type LocalRunOptions = {
  /** 0 takes any free port. */
  port: number;
  /** Holds all state; created with mode 0700 when missing. */
  dataDir: string;
  /** CIDR list that the functions get as TOCSIN_EGRESS_ALLOW; without it they reach public addresses only. */
  egressAllow?: string;
  /** Where private destinations may be, as `egressAllow` of a deployment says it; then the stack has a private lane. */
  privateRanges?: readonly string[];
  clock?: Clock;
  /** A folder that `cdk synth` wrote. Without it the project is synthesized into the data folder. */
  assemblyDir?: string;
  /** What the API does with bytes that are not UTF-8 under a textual content type; `base64` unless told. */
  textBytes?: TextBytesBehaviour;
  /** Execution environments at most, per function and queue that it works off; 8 unless told. */
  maxEnvironments?: number;
  /** How long an unused execution environment stays, the last few of a function six times as long; 10,000 ms unless told. */
  idleEnvironmentMs?: number;
  /** How long each call of AWS takes besides its work, in ms; 0 unless told. */
  callLatencyMs?: number;
  /** The share of a processor that each environment gets, as Lambda gives it by memory: 0.29 at 512 MB; 1 unless told. */
  cpuShare?: number;
  /** Mails that SES takes in 24 hours; 50,000 unless told. */
  mailsPerDay?: number;
  /** The access of the account to SES; `production` unless told, so that any recipient is taken. */
  sesAccess?: SesAccess;
  /** Each write waits for the disk, so that a power cut takes nothing of what was accepted; not so unless told. */
  fsync?: boolean;
  /** How long `close` lets running invocations go on; 5,000 ms unless told. */
  drainMs?: number;
  onProgress?: (line: string) => void;
  /** Failures of functions and triggers, one line each. */
  onError?: (line: string) => void;
  /** A fault of the emulators themselves, such as a full disk. */
  onFault?: (error: unknown) => void;
  /** Opens the console, which answers at `/` and below `/console/`, at the first request for it; without it, `/` is the page of `/local`. */
  openConsole?: (of: { dataDir: string }) => Promise<LocalConsole>;
};

/** The console as the local run uses it. Readers were judged before. */
export type LocalConsole = {
  handle: (request: IncomingMessage, response: ServerResponse) => Promise<void>;
  close(): void;
};

export type LocalRun = {
  /** `http://127.0.0.1:4000` */
  url: string;
  manifest: Manifest;
  /** Every (function, action, resource) that a function used and its role allowed. */
  usedGrants(): UsedGrant[];
  /** Every grant of a role that no call has needed yet. */
  unusedGrants(): UsedGrant[];
  /** A key for a person who has this managed policy of the template and no other right; its logical id begins so. */
  keysWith(policy: string): AccessKeys;
  /** What SES was asked to send, newest first. */
  mails(): Promise<LocalMail[]>;
  queues(): QueueState[];
  /** Runs the schedules of a function now, or all of them. */
  runSchedules(functionName?: string): Promise<void>;
  /** Removes expired items now; returns how many. */
  sweepExpired(): Promise<number>;
  /** Kills an environment of a function whose name holds this, in the middle of an invocation; false when none runs. */
  kill(functionName: string): boolean;
  /** Execution environments that are alive. */
  environments(): number;
  close(): Promise<void>;
};
