import { setTimeout as pause } from 'node:timers/promises';
import { startReceiver } from '../test/e2e/receiver.ts';
import {
  runGateway,
  type CreatedDestination,
  type CreatedSource,
  type RunningGateway,
} from '../test/e2e/running-gateway.ts';

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
  url: string,
  ca: string,
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

/** Runs a measurement with a gateway, one source and one receiver, and closes them whatever happens. */
export async function withReceiver(
  measure: (parts: {
    gateway: RunningGateway;
    receiver: Awaited<ReturnType<typeof startReceiver>>;
    source: CreatedSource;
  }) => Promise<void>,
): Promise<void> {
  const gateway = await runGateway();
  const receiver = await startReceiver();
  try {
    await measure({ gateway, receiver, source: await createSource(gateway, 'bench') });
  } finally {
    await gateway.close();
    await receiver.close();
  }
}
