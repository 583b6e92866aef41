import type { IncomingMessage } from 'node:http';
import { LOCAL_ACCOUNT } from '../../local/emulators/account.ts';
import { openDatabase } from '../../local/emulators/database.ts';
import { openEmulators } from '../../local/emulators/emulators.ts';
import { createAwsEndpoint } from '../../local/gateway/aws-endpoint.ts';
import { listenOnLoopback } from '../../local/gateway/loopback-server.ts';
import { createAccessCheck } from '../../local/runtime/access-check.ts';
import type { Manifest, ManifestQueue } from '../../functions/core/model/config/manifest.ts';
import { clientOptions, TEST_KEYS } from './aws-fake.ts';
import { systemClock } from '../../local/clock.ts';
import { askEmulators } from './ask-emulators.ts';

/** The emulators of the local run, and the queues of a stack in them. The clock is the test's. */
export async function emulatedAws() {
  const clock = { at: Date.now(), now: () => clock.at };
  const server = await listenOnLoopback(0);
  const emulators = openEmulators({
    db: openDatabase(':memory:'),
    clock,
    account: LOCAL_ACCOUNT,
    baseUrl: () => server.url,
  });
  const endpoint = createAwsEndpoint(emulators, createAccessCheck(TEST_KEYS), systemClock);
  server.serve(endpoint);

  function deployQueue(name: string): ManifestQueue {
    const of = (queue: string) => ({
      url: `${server.url}/${LOCAL_ACCOUNT.accountId}/${queue}`,
      arn: `arn:aws:sqs:${LOCAL_ACCOUNT.region}:${LOCAL_ACCOUNT.accountId}:${queue}`,
    });
    const deadLetters = of(`${name}-dead-letters`);
    emulators.sqs.deploy(`${name}-dead-letters`, {});
    emulators.sqs.deploy(name, {
      RedrivePolicy: JSON.stringify({ deadLetterTargetArn: deadLetters.arn, maxReceiveCount: 5 }),
    });
    return { ...of(name), deadLetterUrl: deadLetters.url, deadLetterArn: deadLetters.arn };
  }

  const queues: Manifest['queues'] = {
    alerts: deployQueue('alerts'),
    email: deployQueue('email'),
    webhook: deployQueue('webhook'),
    webhookRetry: deployQueue('webhook-retry'),
  };
  return {
    emulators,
    clock,
    queues,
    emailFeedback: deployQueue('email-feedback'),
    /** The same endpoint, for a proxy in front of it. */
    ask: async (request: Pick<IncomingMessage, 'url' | 'headers'>, body: Buffer) =>
      askEmulators(endpoint, request, body),
    awsEvents: deployQueue('aws-events'),
    /** Of a deployment with private destinations. */
    privateQueues: {
      privateWebhook: deployQueue('private-webhook'),
      privateWebhookRetry: deployQueue('private-webhook-retry'),
    },
    options: clientOptions(server.url, { requestTimeoutMs: 10_000 }),
    close: async () => {
      await server.close();
      await emulators.close();
    },
  };
}

export type EmulatedAws = Awaited<ReturnType<typeof emulatedAws>>;
