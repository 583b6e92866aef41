import { setTimeout as pause } from 'node:timers/promises';
import { startReceiver } from '../test/e2e/receiver.ts';
import {
  LOOPBACK,
  runGateway,
  type CreatedDestination,
  type CreatedSource,
  type RunningGateway,
} from '../test/e2e/running-gateway.ts';
import { postAlerts } from './post-alerts.ts';

/** Each environment as on AWS: what Lambda gives to 512 MB of a processor, and a call of AWS takes 15 ms. */
export const AS_ON_AWS = { egressAllow: LOOPBACK, cpuShare: 0.29, callLatencyMs: 15 };
/** A source that is never asked to come again. */
export const NO_RATE_LIMIT = ['--rate-limit', '1000000'];
const SENDERS = 8;

/** A source that takes JSON with a bearer token; `more` are further options of the command line. */
export async function createSource(
  gateway: RunningGateway,
  name: string,
  ...more: string[]
): Promise<CreatedSource> {
  const create = ['source', 'create', '--name', name, '--format', 'generic', '--auth', 'bearer'];
  return gateway.tocsin(...create, ...more);
}

/** A webhook with a private authority; `more` are further options of the command line. */
export async function createWebhook(
  gateway: RunningGateway,
  name: string,
  { url, ca }: { url: string; ca: string },
  ...more: string[]
): Promise<CreatedDestination> {
  const file = gateway.file(`${name}.pem`, ca);
  const create = ['destination', 'create', 'webhook', '--name', name, '--url', url, '--ca-file', file];
  return gateway.tocsin(...create, ...more);
}

/** Whether no queue holds anything that is waiting, under way or delayed; dead letters do not count. */
export function isIdle(gateway: RunningGateway): boolean {
  return gateway.local.queues().every(({ visible, inFlight, delayed }) => visible + inFlight + delayed === 0);
}

/** Resolves once `isDone`, which is asked every so often. */
export async function until(isDone: () => boolean, everyMs: number): Promise<void> {
  while (!isDone()) await pause(everyMs);
}

export type Measured = {
  gateway: RunningGateway;
  receiver: Awaited<ReturnType<typeof startReceiver>>;
  source: CreatedSource;
};

/** Runs a measurement with a gateway, one source and one receiver, and closes them whatever happens. */
export async function withReceiver<T>(
  measure: (parts: Measured) => Promise<T>,
  machine: Parameters<typeof runGateway>[0] = { egressAllow: LOOPBACK },
): Promise<T> {
  const gateway = await runGateway(machine);
  const receiver = await startReceiver();
  try {
    return await measure({
      gateway,
      receiver,
      source: await createSource(gateway, 'bench', ...NO_RATE_LIMIT),
    });
  } finally {
    await gateway.close();
    await receiver.close();
  }
}

/** Posts alerts and waits until the one webhook there is has all of them, and nothing is left to do. */
export async function deliver(
  { gateway, receiver, source }: Measured,
  { alerts, perRequest, name }: { alerts: number; perRequest: number; name: string },
): Promise<void> {
  const before = receiver.posts.length;
  await postAlerts(source, { alerts, perRequest, senders: SENDERS, name });
  await until(() => receiver.posts.length >= before + alerts && isIdle(gateway), 100);
}
