import middy from '@middy/core';
import {
  cachedDestinationRegistry,
  cachedRemediation,
  cachedSilences,
} from './adapters/memory/cached-configuration.ts';
import { consoleEventLog } from './adapters/process/console-event-log.ts';
import { DELIVERIES_COUNTED } from './adapters/process/event-metrics.ts';
import { dynamodbClient } from './adapters/dynamodb/client.ts';
import { dynamodbDestinationRegistry } from './adapters/dynamodb/destinations.ts';
import { dynamodbDeliveryLog } from './adapters/dynamodb/deliveries/log.ts';
import { dynamodbRemediation } from './adapters/dynamodb/remediation.ts';
import { dynamodbFloods } from './adapters/dynamodb/digests/floods.ts';
import { dynamodbSilences } from './adapters/dynamodb/silences.ts';
import { dynamodbSuppressionRegistry } from './adapters/dynamodb/suppressions.ts';
import { dynamodbStories } from './adapters/dynamodb/stories.ts';
import { optionalEnv, requireEnv } from './adapters/process/environment.ts';
import { secretsManagerClient } from './adapters/secrets/client.ts';
import { secretsManagerMailServerSecrets } from './adapters/secrets/mail-server-secrets.ts';
import { SIGNING_KEY_AGES, secretsManagerUnsubscribeKeys } from './adapters/secrets/unsubscribe-keys.ts';
import { sesClient } from './adapters/ses/client.ts';
import { sesMailQuota } from './adapters/ses/mail-quota.ts';
import { sesMailer } from './adapters/ses/mailer.ts';
import { smtpClientWhenNeeded } from './adapters/smtp/client-when-needed.ts';
import { watchedAlertQueue } from './adapters/dynamodb/raised-alerts.ts';
import { sqsAlertQueue } from './adapters/sqs/alert-queue.ts';
import { sqsClient } from './adapters/sqs/client.ts';
import { sqsHideMessages } from './adapters/sqs/hide-messages.ts';
import { decodeMessageBody } from './adapters/sqs/message-body.ts';
import { sqsRetryQueue } from './adapters/sqs/retry-queue.ts';
import { type EmailPorts, prepareEmail } from './core/deliver/email/prepare-email.ts';
import { mailServerOf } from './core/deliver/email/smtp/mail-server.ts';
import { WITHOUT_SES } from './core/deliver/email/without-ses.ts';
import { watchedQuota } from './core/deliver/email/quota.ts';
import { isAllowedAddress } from './core/deliver/allowed-address.ts';
import { egressRanges, ENVIRONMENT } from './core/model/config/environment.ts';
import { deliverHandler } from './handlers/deliver-handler.ts';
import { requestIds } from './handlers/middleware/request-ids.ts';
import { sqsBatch } from './handlers/middleware/sqs-batch.ts';

const clock = { now: () => Date.now() };
const table = requireEnv(ENVIRONMENT.table);
const retentionDays = Number(requireEnv(ENVIRONMENT.retentionDays));
// Absent where there is no SES: then each destination names a mail server.
const from = optionalEnv(ENVIRONMENT.emailFrom);
const dynamodb = dynamodbClient();
const sqs = sqsClient();
// The name of the stack.
const secretPrefix = requireEnv(ENVIRONMENT.secretPrefix);
const events = consoleEventLog({
  clock,
  metrics: { stack: secretPrefix, counted: DELIVERIES_COUNTED },
});
const alerts = watchedAlertQueue(
  sqsAlertQueue({ client: sqs, queueUrl: requireEnv(ENVIRONMENT.alertsQueueUrl) }),
  { client: dynamodb, table, clock },
);

const secrets = { client: secretsManagerClient(), prefix: secretPrefix, clock };
const egressAllow = egressRanges(optionalEnv(ENVIRONMENT.egressAllow));
const destinations = cachedDestinationRegistry(dynamodbDestinationRegistry({ client: dynamodb, table }), {
  clock,
});
const smtpPorts = {
  destinations,
  elapsedMs: () => performance.now(),
  secrets: secretsManagerMailServerSecrets(secrets),
  client: smtpClientWhenNeeded({ isAllowedAddress: (address) => isAllowedAddress(address, egressAllow) }),
};

const stories = dynamodbStories({ client: dynamodb, table, clock });
const unsubscribeUrl = optionalEnv(ENVIRONMENT.unsubscribeUrl);

const retries = sqsRetryQueue({
  client: sqs,
  queueUrls: {
    email: {
      retry: requireEnv(ENVIRONMENT.emailQueueUrl),
      deadLetter: requireEnv(ENVIRONMENT.emailDeadLetterUrl),
    },
  },
});

function sesTransport(sender: string): typeof WITHOUT_SES {
  const client = sesClient();
  return {
    mailer: sesMailer({
      client,
      from: sender,
      configurationSet: requireEnv(ENVIRONMENT.configurationSet),
    }),
    quota: watchedQuota({
      quota: sesMailQuota({ client, clock, log: events }),
      alerts,
      clock,
      log: events,
      // The secret prefix is the stack's name, which is what a tenant is here.
      tenantId: secretPrefix,
    }),
    messageIdDomain: sender.slice(sender.lastIndexOf('@') + 1),
  };
}

const emailPorts: EmailPorts = {
  smtp: async (destination) => mailServerOf(destination, smtpPorts),
  ...(from === undefined ? WITHOUT_SES : sesTransport(from)),
  suppressions: dynamodbSuppressionRegistry({ client: dynamodb, table }),
  stories,
  floods: { ...dynamodbFloods({ client: dynamodb, table, clock, retentionDays }), retries, clock },
  remediation: cachedRemediation(dynamodbRemediation({ client: dynamodb, table }), { clock }),
  ...(unsubscribeUrl !== undefined && {
    unsubscribe: {
      baseUrl: unsubscribeUrl,
      keys: secretsManagerUnsubscribeKeys({ ...secrets, ages: SIGNING_KEY_AGES }),
    },
  }),
  target: requireEnv(ENVIRONMENT.commandTarget),
};

const silences = cachedSilences(dynamodbSilences({ client: dynamodb, table, clock, retentionDays }), {
  clock,
});

/** The email queue: one mail to one recipient per message. */
export const handler = middy({ timeoutEarlyInMillis: 0 })
  .use(requestIds(events))
  .use(sqsBatch(sqsHideMessages({ client: sqs, queueUrls: [requireEnv(ENVIRONMENT.emailQueueUrl)] })))
  .handler(
    deliverHandler(
      { prepare: async (message, destination) => prepareEmail(message, destination, emailPorts) },
      {
        destinations,
        deliveries: dynamodbDeliveryLog({ client: dynamodb, table, clock, retentionDays }),
        retries,
        stories,
        alerts,
        silences,
        clock,
        random: { fraction: () => Math.random() },
        events,
        decode: decodeMessageBody,
      },
    ),
  );
