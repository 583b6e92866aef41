import type { Code } from 'aws-cdk-lib/aws-lambda';
import type { Heartbeat, PrivateNetwork } from '../../functions/core/config/parse-deployment.ts';
import type { ConcurrencyPlan } from '../concurrency.ts';
import type { AlertQueues } from './alert-queues.ts';
import type { EmailSending } from './email-sending.ts';
import type { KnownTable } from './gateway-table.ts';
import type { UnsubscribeKey } from './unsubscribe-key.ts';

export type GatewayFunctionsProps = {
  /** Begins every name. Secrets are `{namePrefix}/source/{id}` and `{namePrefix}/destination/{id}`. */
  namePrefix: string;
  retentionDays: number;
  table: KnownTable;
  queues: AlertQueues;
  /** Absent where there is no SES. */
  emailSending: EmailSending | undefined;
  unsubscribeKey: UnsubscribeKey;
  /** Where private destinations are, where the queues have lanes for them. */
  privateNetwork?: PrivateNetwork | undefined;
  /** @default - pages name no address to ask */
  operatorEmail?: string | undefined;
  concurrency: ConcurrencyPlan;
  /** @default - no canary flies */
  canary?: { minutes: number; heartbeat: Heartbeat | undefined } | undefined;
};

/** The entries: `functions/{name}.ts` becomes the function `{stack}-{name}`. */
export const FUNCTION_NAMES = [
  'ingest',
  'ingest-aws-events',
  'watch-sources',
  'watch-deliveries',
  'route',
  'deliver-email',
  'deliver-webhook',
  'unsubscribe',
  'record-email-feedback',
  'run-canary',
  'receive-canary',
] as const;
export type EntryName = (typeof FUNCTION_NAMES)[number];
/** `deliver-private-webhook` is the code of `deliver-webhook`, in the operator's VPC. */
export type FunctionName = EntryName | 'deliver-private-webhook';

/** The input of each file that makes some of the functions. */
export type FunctionsOf = {
  props: GatewayFunctionsProps;
  base: (name: EntryName) => { functionName: string; code: Code };
  /** The environment of every function. */
  everyFunction: Record<string, string>;
};
