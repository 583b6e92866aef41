import { dynamodbClient } from '../../functions/adapters/dynamodb/client.ts';
import { sqsClient } from '../../functions/adapters/sqs/client.ts';
import type { EmulatedAws } from '../adapters/emulated-aws.ts';
import { awsProxy, type ProxyFault } from './aws-proxy.ts';

/** What a worker speaks to: the table and the queues, over connections of its own. */
export type Connections = {
  client: ReturnType<typeof dynamodbClient>;
  sqs: ReturnType<typeof sqsClient>;
};

export type MortalWorkers = ReturnType<typeof mortalWorkers>;

/**
 * Workers that never lived before: own connections, empty caches. Some of their calls go wrong, and some kill them.
 *
 * @param luck true with a given probability
 */
export function mortalWorkers(aws: EmulatedAws, luck: (probability: number) => boolean) {
  const counts = { calls: 0, faults: 0 };
  let odds = 0;

  function anyFault(): ProxyFault {
    if (luck(0.5)) return luck(0.5) ? 'killed-before' : 'killed-after';
    return luck(0.5) ? 'refused' : 'lost-answer';
  }

  return {
    counts,
    /** How often a call goes wrong. */
    setOdds: (probability: number) => void (odds = probability),
    /** What the work of a new worker came to; undefined when the worker died. */
    inWorker: async <T>(work: (at: Connections) => Promise<T>): Promise<T | undefined> => {
      let isDead = false;
      const next = (): ProxyFault => {
        if (isDead) return 'killed-before';
        counts.calls += 1;
        if (!luck(odds)) return 'fine';
        counts.faults += 1;
        const fault = anyFault();
        isDead = fault.startsWith('killed');
        return fault;
      };
      const proxy = await awsProxy(aws.ask, next);
      const client = dynamodbClient(proxy.options);
      const sqs = sqsClient(proxy.options);
      try {
        const result = await work({ client, sqs });
        return isDead ? undefined : result;
      } finally {
        for (const one of [client, sqs]) one.destroy();
        proxy.close();
      }
    },
  };
}
