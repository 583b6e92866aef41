import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import type { SQSEvent } from 'aws-lambda';
import { dynamodbClient } from '../../functions/adapters/dynamodb/client.ts';
import { dynamodbConfigStore } from '../../functions/adapters/operator/config-store.ts';
import { dynamodbDestinationRegistry } from '../../functions/adapters/dynamodb/destinations.ts';
import { dynamodbDeliveryLog } from '../../functions/adapters/dynamodb/deliveries/log.ts';
import { dynamodbGatewayRecords } from '../../functions/adapters/operator/records.ts';
import { dynamodbSuppressions } from '../../functions/adapters/dynamodb/suppressions.ts';
import { sesClient } from '../../functions/adapters/ses/client.ts';
import { sesMailQuota } from '../../functions/adapters/ses/mail-quota.ts';
import { sesMailer } from '../../functions/adapters/ses/mailer.ts';
import { watchedAlertQueue } from '../../functions/adapters/dynamodb/raised-alerts.ts';
import { sqsAlertQueue } from '../../functions/adapters/sqs/alert-queue.ts';
import { sqsClient } from '../../functions/adapters/sqs/client.ts';
import { sqsDeliveryQueue } from '../../functions/adapters/sqs/delivery-queue.ts';
import { decodeMessageBody } from '../../functions/adapters/sqs/message-body.ts';
import { sqsRetryQueue } from '../../functions/adapters/sqs/retry-queue.ts';
import { dynamodbStories } from '../../functions/adapters/dynamodb/stories.ts';
import { dynamodbFloods } from '../../functions/adapters/dynamodb/digests/floods.ts';
import { prepareEmail, type EmailPorts } from '../../functions/core/deliver/email/prepare-email.ts';
import { type DeliveryMessage, firstAttempt } from '../../functions/core/model/wire/delivery.ts';
import type { EmailDestination } from '../../functions/core/model/config/destination.ts';
import type { Alert } from '../../functions/core/model/wire/alert.ts';
import { alertId, deliveryId } from '../../functions/core/model/wire/ids.ts';
import { deliverHandler } from '../../functions/handlers/deliver-handler.ts';
import { clientOptions } from '../adapters/aws-fake.ts';
import { emulatedAws } from '../adapters/emulated-aws.ts';
import { aMailingList, aMessage, anAlert } from '../adapters/records.ts';
import { smtpInWorld, type SmtpInWorld } from './smtp-in-world.ts';
import { deployTable } from '../adapters/table-definition.ts';
import type { MailFault } from './mail-fault.ts';
import { lambdaLane } from './lambda-lane.ts';

const TABLE = 'Tocsin';
const FROM = 'alerts@sender.example';
const REQUEST = '0c6a8d7e-0000-8000-8000-000000000001';
const VISIBILITY_SECONDS = 180;
const noLog = { info: () => undefined, error: () => undefined };

/**
 * One mail through the real handler and adapters, on the emulators of the local run, SES included, with a worker that
 * is new for every invocation. SES refuses the first `refusals` of its calls.
 */
export async function faultyMailWorld({
  refusals,
  refusal = 'Maximum sending rate exceeded.',
  kills,
  stepMs = 30_000,
  flood = 0,
  isHeld = false,
  anAlertOf = () => ({}),
  given = {},
  message: said = {},
  quota,
  smtp,
}: {
  refusals: number;
  refusal?: string;
  /** By number of the call, from 0. */
  kills: ReadonlyMap<number, MailFault>;
  /** How far time jumps when there is nothing to do. */
  stepMs?: number;
  /** So many alerts of one kind in place of the one; then floods are watched, and messages come one by one. */
  flood?: number;
  /** They were held until now. */
  isHeld?: boolean;
  anAlertOf?: (index: number) => Partial<Alert>;
  /** What the destination is. */
  given?: Partial<EmailDestination>;
  /** What the message says besides: for example how often it was deferred. */
  message?: Partial<DeliveryMessage>;
  /** What SES sends in 24 hours, and how much of that it sent 22 hours ago. */
  quota?: { perDay: number; sent: number };
  /** In place of SES. */
  smtp?: SmtpInWorld;
}) {
  const aws = await emulatedAws();
  const { clock, queues } = aws;
  clock.at = Date.parse('2026-01-15T15:00:00.000Z');
  aws.emulators.ses.mailbox.addIdentity(FROM);
  if (quota !== undefined) {
    aws.emulators.ses.limit({ perDay: quota.perDay });
    clock.at -= 22 * 3_600_000;
    const old = {
      source: FROM,
      recipients: ['a@b.example'],
      raw: Buffer.from(''),
      configurationSet: undefined,
    };
    for (let index = 0; index < quota.sent; index += 1) aws.emulators.ses.mailbox.accept(old, [FROM]);
    clock.at += 22 * 3_600_000;
  }
  await deployTable(aws.emulators.dynamoDb, TABLE);
  const operator = { dynamodb: dynamodbClient(aws.options), sqs: sqsClient(aws.options) };
  const list = aMailingList({
    ...(smtp !== undefined && { transport: smtp.transport }),
    ...given,
  });
  await dynamodbConfigStore({ client: operator.dynamodb, table: TABLE }).create('destination', list);

  const calls: string[] = [];
  let refused = 0;

  async function startWorker() {
    const state = { isDead: false };
    const next = (name: string): MailFault | 'fine' => {
      if (state.isDead) return 'killed-before';
      const kill = kills.get(calls.length) ?? 'fine';
      calls.push(name);
      if (kill.startsWith('killed')) state.isDead = true;
      return kill;
    };
    const proxy = createServer((request, response) => {
      void (async () => {
        const body = await buffer(request);
        const target = String(request.headers['x-amz-target'] ?? '').replace(/^.*\./, '');
        const name = target || (new URLSearchParams(body.toString('latin1')).get('Action') ?? '');
        const kill = next(name);
        if (kill === 'killed-before') {
          request.socket.destroy();
          return;
        }
        if (kill === 'refused') {
          response.writeHead(500, { 'content-type': 'application/x-amz-json-1.0' }).end('{}');
          return;
        }
        const isRefused = name === 'SendRawEmail' && refused < refusals;
        if (isRefused) refused += 1;
        const answer = isRefused
          ? {
              text: `<ErrorResponse><Error><Type>Sender</Type><Code>Throttling</Code><Message>${refusal}</Message></Error></ErrorResponse>`,
              status: 400,
              headers: { 'content-type': 'text/xml' },
            }
          : await aws.ask(request, body);
        if (kill !== 'fine') request.socket.destroy();
        else response.writeHead(answer.status, answer.headers).end(answer.text);
      })();
    });
    proxy.listen(0, '127.0.0.1');
    await once(proxy, 'listening');
    const endpoint = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
    const options = clientOptions(endpoint, { maxAttempts: 1, requestTimeoutMs: 10_000 });
    const dynamodb = dynamodbClient(options);
    const sqs = sqsClient(options);
    const ses = sesClient(options);
    const at = { client: dynamodb, table: TABLE, clock };
    const retries = sqsRetryQueue({
      client: sqs,
      queueUrls: { email: { retry: queues.email.url, deadLetter: queues.email.deadLetterUrl } },
    });
    const stories = flood > 0 ? { stories: dynamodbStories(at) } : {};
    const emailPorts: EmailPorts = {
      ...stories,
      ...(smtp !== undefined && { smtp: smtpInWorld(smtp, () => next('SMTP')) }),
      ...(flood > 0 && { floods: { ...dynamodbFloods({ ...at, retentionDays: 90 }), retries, clock } }),
      mailer: sesMailer({ client: ses, from: FROM }),
      quota: sesMailQuota({ client: ses, clock, log: noLog }),
      suppressions: dynamodbSuppressions(at),
      messageIdDomain: 'sender.example',
    };
    const handle = deliverHandler(
      { prepare: async (message, destination) => prepareEmail(message, destination, emailPorts) },
      {
        destinations: dynamodbDestinationRegistry(at),
        deliveries: dynamodbDeliveryLog({ ...at, retentionDays: 90, wait: async () => {} }),
        retries,
        alerts: watchedAlertQueue(sqsAlertQueue({ client: sqs, queueUrl: queues.alerts.url }), at),
        ...stories,
        clock,
        random: { fraction: () => 0.5 },
        events: noLog,
        decode: decodeMessageBody,
      },
    );
    return {
      state,
      handle,
      close: () => {
        for (const client of [dynamodb, sqs, ses]) client.destroy();
        proxy.closeAllConnections();
        proxy.close();
      },
    };
  }

  async function invoke(event: SQSEvent): Promise<readonly string[] | undefined> {
    const worker = await startWorker();
    const { failedMessageIds } = await worker.handle(event);
    worker.close();
    return worker.state.isDead ? undefined : failedMessageIds;
  }

  const batches = { max: flood > 0 ? 1 : 10, hiddenForSeconds: VISIBILITY_SECONDS };
  const lane = lambdaLane(aws, queues.email, batches);
  const deadLetters = lambdaLane(
    aws,
    { arn: queues.email.deadLetterArn, url: queues.email.deadLetterUrl },
    batches,
  );

  const alertIds = Array.from({ length: Math.max(1, flood) }, (_, index) => alertId(REQUEST, index));
  const [ownId = ''] = alertIds;
  const message = aMessage({
    channel: 'email',
    alert_id: ownId,
    alert: anAlert({ id: ownId }),
    delivery_id: deliveryId(ownId, 'dst_2', 'ops@example.com'),
    destination_id: 'dst_2',
    recipient: 'ops@example.com',
    created_at: new Date(clock.at).toISOString(),
    ...said,
  });
  const messages = Array.from({ length: flood }, (_, index) => {
    const alert = anAlert({ id: alertIds[index] ?? '', ...anAlertOf(index) });
    const recipient = 'ops@example.com';
    const id = deliveryId(alert.id, 'dst_2', recipient);
    return firstAttempt(
      alert,
      {
        id,
        destinationId: 'dst_2',
        channel: 'email',
        recipient,
        ...(isHeld && { outside: { intervals: ['office-hours'], until: message.created_at } }),
      },
      message.created_at,
    );
  });
  await sqsDeliveryQueue({
    client: operator.sqs,
    queueUrls: { webhook: queues.webhook.url, email: queues.email.url },
  }).enqueue(flood === 0 ? [message] : messages);
  for (let round = 0; ; round += 1) {
    if (round === 5_000) throw new Error('the queue never became empty');
    const { visible, hidden } = lane.depth();
    if (visible > 0) await lane.workOff(invoke);
    else if (hidden === 0) break;
    else clock.at += stepMs;
  }

  const records = dynamodbGatewayRecords({
    client: operator.dynamodb,
    table: TABLE,
    clock,
    retentionDays: 90,
  });
  const { digests } = dynamodbFloods({ client: operator.dynamodb, table: TABLE, clock, retentionDays: 90 });
  const result = {
    calls,
    alertIds,
    delivery: await records.delivery(message.delivery_id),
    mails: smtp?.taken() ?? aws.emulators.ses.mailbox.newest(10).length,
    /** Of a flood: what became of each delivery, and what each mail tells of. */
    rows: await Promise.all(messages.map(async ({ delivery_id: id }) => records.delivery(id))),
    told: await Promise.all(
      aws.emulators.ses.mailbox
        .newest(50)
        .slice(0, -(quota?.sent ?? 0) || undefined)
        .map(async ({ raw, sentAtMs }) => {
          const headers = raw.toString('latin1');
          const [, delivery = ''] = /^X-Tocsin-Delivery: (\S+)/m.exec(headers) ?? [];
          const [, alert = ''] = /^X-Tocsin-Alert: (\S+)/m.exec(headers) ?? [];
          return { delivery, alertId: alert, sentAtMs, count: (await digests.summary(alert))?.count ?? 1 };
        }),
    ),
    deadLetters: deadLetters.depth().visible,
  };
  for (const client of Object.values(operator)) client.destroy();
  await aws.close();
  return result;
}
