import { Annotations } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { ENOUGH_FOR_PRIVATE_LANE } from './concurrency.ts';

/** Warns at synthesis when the queues, that of events of AWS among them, may take every execution that the gateway has. */
export function warnOfAwsEvents(scope: Construct, gateway: { asked: number; concurrency: number }): void {
  const { asked, concurrency } = gateway;
  if (asked < concurrency) return;
  Annotations.of(scope).addWarningV2(
    'tocsin:aws-events-concurrency',
    `with awsEvents the queues may ask for ${String(asked)} executions at a time, and concurrency is ${String(concurrency)}: under load ingestion finds none, and senders repeat; raise the quota of the account, and write a larger "concurrency" (docs/deploy.md)`,
  );
}

/** Warns at synthesis of each thing that a gateway with these options does without. */
export function warnOfGaps(
  scope: Construct,
  gateway: {
    mustShowCertificate: boolean;
    hasUnsubscribeLinks: boolean;
    concurrency: number;
    hasPrivateLane: boolean;
  },
): void {
  const warn = (id: string, text: string) => {
    Annotations.of(scope).addWarningV2(id, text);
  };
  if (gateway.mustShowCertificate) {
    warn(
      'tocsin:no-canary',
      'the API asks for client certificates (mtlsTruststore), so no canary flies: the gateway has no certificate to show, and nobody tells when the public URL fails',
    );
  }
  if (gateway.hasPrivateLane && gateway.concurrency < ENOUGH_FOR_PRIVATE_LANE) {
    warn(
      'tocsin:private-lane-concurrency',
      `with private destinations the queues may ask for more executions than a concurrency of ${String(gateway.concurrency)} leaves beside ingestion; raise the quota of the account, and write "concurrency": ${String(ENOUGH_FOR_PRIVATE_LANE)} or more (docs/deploy.md)`,
    );
  }
  if (!gateway.hasUnsubscribeLinks) {
    warn(
      'tocsin:no-unsubscribe-links',
      'the API asks for client certificates (mtlsTruststore), so mails carry no unsubscribe link: no mail program could open it',
    );
  }
}
