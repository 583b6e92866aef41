import { createHmac, randomUUID } from 'node:crypto';
import { verify as verifyGithub } from '@octokit/webhooks-methods';
import examples from '@octokit/webhooks-examples/ghes-35/index.json' with { type: 'json' };
import { parseFragment, type DefaultTreeAdapterTypes } from 'parse5';
import { simpleParser } from 'mailparser';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { startReceiver, type Receiver } from './receiver.ts';
import {
  runGateway,
  type Accepted,
  type CreatedDestination,
  type CreatedSource,
  type RunningGateway,
  type ShownDelivery,
} from './running-gateway.ts';

const PATIENCE = { timeout: 20_000, interval: 200 };

const secretScanning = JSON.stringify(
  (examples as { name: string; examples: unknown[] }[]).find(({ name }) => name === 'secret_scanning_alert')
    ?.examples[0],
);

let gateway: RunningGateway;
let receiver: Receiver;
let source: CreatedSource;
let webhook: CreatedDestination;

beforeAll(async () => {
  gateway = await runGateway();
  receiver = await startReceiver();
  const ca = gateway.file('receiver-ca.pem', receiver.ca);
  source = await gateway.tocsin<CreatedSource>('source', 'create', '--name', 'github', '--format', 'github');
  await gateway.tocsin(
    'destination',
    'create',
    'email',
    '--name',
    'ops',
    '--to',
    'ops@example.com',
    '--role',
    'it_admin',
  );
  webhook = await gateway.tocsin<CreatedDestination>(
    'destination',
    'create',
    'webhook',
    '--name',
    'siem',
    '--url',
    receiver.url,
    '--ca-file',
    ca,
    '--retry',
    '1s,2s,4s',
  );
});

afterAll(async () => {
  await gateway.close();
  await receiver.close();
});

/** Posts as GitHub does. */
async function postAsGithub(
  delivery: string,
  body: string,
  signature?: string,
  url = source.url,
): Promise<Response> {
  return fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-github-event': 'secret_scanning_alert',
      'x-github-delivery': delivery,
      'x-hub-signature-256':
        signature ?? `sha256=${createHmac('sha256', source.secret).update(body).digest('hex')}`,
    },
    body,
  });
}

/** The same alert in other bytes: GitHub signs the body alone, so the same bytes are a repetition. */
function again(times: number): string {
  return secretScanning + '\n'.repeat(times);
}

function settled(): boolean {
  // What closes a digest lies in the email queue for minutes.
  return gateway.local
    .queues()
    .every(
      ({ name, visible, inFlight, delayed }) =>
        visible + inFlight + (name.endsWith('-email') ? 0 : delayed) === 0,
    );
}

async function deliveriesOf(alertId: string): Promise<ShownDelivery[]> {
  const { deliveries } = await gateway.tocsin<{ deliveries: ShownDelivery[] }>(
    'deliveries',
    'list',
    '--alert',
    alertId,
  );
  return deliveries;
}

describe('a secret-scanning alert of GitHub', () => {
  const delivery = randomUUID();
  let accepted: Accepted;

  it('is accepted, mailed once and posted once', async () => {
    const response = await postAsGithub(delivery, secretScanning);
    expect(response.status).toBe(202);
    accepted = (await response.json()) as Accepted;
    expect(accepted).toMatchObject({ accepted: 1, duplicates: 0, rejected: [] });
    await vi.waitFor(async () => {
      expect(await gateway.local.mails()).toHaveLength(1);
      expect(receiver.posts).toHaveLength(1);
      expect(settled()).toBe(true);
    }, PATIENCE);
  });

  it('arrives as a mail that a person can read in any client', async () => {
    const [mail] = await gateway.local.mails();
    const parsed = await simpleParser(mail?.raw ?? '');
    expect(parsed.subject).toMatch(/^\[HIGH\].*adafruit_io_key/u);
    expect(parsed.headers.get('auto-submitted')).toBe('auto-generated');
    expect(parsed.text).toContain('Codertocat/Hello-World');
    expect(parsed.text).toContain('Revoke the secret');
    const text = textOf(parseFragment(parsed.html === false ? '' : parsed.html));
    expect(text).toContain('HIGH');
    expect(text).toContain('Revoke the secret');
    expect(text).toContain('Codertocat/Hello-World');
  });

  it('arrives as a POST that the verifiers of others accept', async () => {
    const post = receiver.posts[0]!;
    expect(await verifyGithub(webhook.secret, post.body, String(post.headers['tocsin-signature']))).toBe(
      true,
    );
    const payload = new Webhook(webhook.secret).verify(post.body, {
      'webhook-id': String(post.headers['webhook-id']),
      'webhook-timestamp': String(post.headers['webhook-timestamp']),
      'webhook-signature': String(post.headers['webhook-signature']),
    });
    expect(payload).toMatchObject({
      event_type: 'alert_created',
      version: 'v1',
      data: {
        id: accepted.alert_ids[0],
        severity: 'high',
        severity_id: 4,
        type: 'github.secret_scanning_alert',
      },
    });
    expect(post.headers).toMatchObject({
      'content-type': 'application/json',
      'user-agent': 'Tocsin-Webhook/1.0',
      'tocsin-event': 'alert_created',
      'tocsin-attempt': '1',
      'tocsin-timestamp': expect.stringMatching(/^\d{10}$/u) as string,
      'tocsin-delivery': expect.stringMatching(/^[0-9a-f-]{36}$/u) as string,
    });
    expect(post.rawHeaderNames).toEqual(
      expect.arrayContaining([
        'Tocsin-Signature',
        'Tocsin-Event',
        'Tocsin-Delivery',
        'Tocsin-Timestamp',
        'Tocsin-Attempt',
      ]),
    );
  });

  it('is recognised when GitHub delivers it again, and nobody is told twice', async () => {
    for (let again = 0; again < 2; again += 1) {
      const response = await postAsGithub(delivery, secretScanning);
      expect(response.status).toBe(202);
      expect(await response.json()).toMatchObject({
        accepted: 0,
        duplicates: 1,
        alert_ids: accepted.alert_ids,
      });
    }
    await vi.waitFor(() => {
      expect(settled()).toBe(true);
    }, PATIENCE);
    expect(await gateway.local.mails()).toHaveLength(1);
    expect(receiver.posts).toHaveLength(1);
  });

  it('is refused with one and the same answer when anything about the sender is wrong', async () => {
    const right = `sha256=${createHmac('sha256', source.secret).update(secretScanning).digest('hex')}`;
    const attempts = await Promise.all([
      postAsGithub(randomUUID(), secretScanning, `sha256=${'0'.repeat(64)}`),
      postAsGithub(randomUUID(), secretScanning, right.slice(0, -1)),
      postAsGithub(randomUUID(), secretScanning, ''),
      postAsGithub(randomUUID(), secretScanning, right, source.url.replace(/src_.*/u, 'src_unknown')),
    ]);
    const bodies = await Promise.all(
      attempts.map(async (response) => ({
        status: response.status,
        ...((await response.json()) as object),
        request_id: '',
      })),
    );
    expect(bodies[0]).toMatchObject({ status: 401, code: 'unauthorized' });
    expect(new Set(bodies.map((body) => JSON.stringify(body))).size).toBe(1);
    const { alerts } = await gateway.tocsin<{ alerts: unknown[] }>('alerts', 'list');
    expect(alerts).toHaveLength(1);
  });
});

describe('a receiver', () => {
  it('that fails twice gets the same bytes under the same id a third time', async () => {
    receiver.posts.length = 0;
    receiver.answer([500, 500], 200);
    const accepted = (await (await postAsGithub(randomUUID(), again(1))).json()) as Accepted;
    await vi.waitFor(() => {
      expect(receiver.posts).toHaveLength(3);
      expect(settled()).toBe(true);
    }, PATIENCE);
    expect(new Set(receiver.posts.map(({ body }) => body)).size).toBe(1);
    expect(new Set(receiver.posts.map(({ headers }) => headers['tocsin-delivery'])).size).toBe(1);
    expect(receiver.posts.map(({ headers }) => headers['tocsin-attempt'])).toEqual(['1', '2', '3']);
    const delivery = (await deliveriesOf(accepted.alert_ids[0]!)).find(({ attempts }) => attempts.length > 1);
    expect(delivery?.state).toBe('delivered');
    expect(delivery?.attempts.map(({ outcome, status }) => [outcome, status])).toEqual([
      ['retry', 500],
      ['retry', 500],
      ['delivered', 200],
    ]);
  });

  it('that always fails leaves a dead letter with its reason, and gets it once it has recovered', async () => {
    receiver.posts.length = 0;
    receiver.answer([], 400);
    const mailsBefore = (await gateway.local.mails()).length;
    const accepted = (await (await postAsGithub(randomUUID(), again(2))).json()) as Accepted;
    type Letters = { dead_letters: { reason: string; destination?: string }[] };
    await vi.waitFor(async () => {
      const { dead_letters: letters } = await gateway.tocsin<Letters>('dead-letters', 'list');
      expect(letters).toMatchObject([{ reason: 'receiver-rejected' }]);
    }, PATIENCE);
    expect(await deliveriesOf(accepted.alert_ids[0]!)).toEqual(
      expect.arrayContaining([expect.objectContaining({ state: 'dead', reason: 'receiver-rejected' })]),
    );
    // The system alert about the webhook, to the other destination only. The alert itself repeats an earlier one, so
    // it is told by a digest.
    await vi.waitFor(async () => {
      const mails = await gateway.local.mails();
      expect(mails).toHaveLength(mailsBefore + 1);
      expect(mails.map(({ subject }) => subject)).toEqual(
        expect.arrayContaining([expect.stringContaining('Alerts to siem are not delivered')]),
      );
    }, PATIENCE);
    receiver.answer([], 200);
    receiver.posts.length = 0;
    const moved = await gateway.tocsin('dead-letters', 'redrive', '--destination', 'siem');
    expect(moved).toMatchObject({ moved: 1 });
    await vi.waitFor(async () => {
      expect(receiver.posts).toHaveLength(1);
      const states = (await deliveriesOf(accepted.alert_ids[0]!)).map(({ state }) => state);
      expect(states.toSorted()).toEqual(['delivered', 'digested']);
    }, PATIENCE);
    expect(receiver.posts[0]?.headers['tocsin-attempt']).toBe('2');
  });

  it('that never answers is given up after ten seconds', async () => {
    receiver.answer(['never'], 200);
    const accepted = (await (await postAsGithub(randomUUID(), again(3))).json()) as Accepted;
    await vi.waitFor(async () => {
      const deliveries = await deliveriesOf(accepted.alert_ids[0]!);
      const attempts = deliveries.flatMap((delivery) => delivery.attempts);
      expect(attempts).toEqual(
        expect.arrayContaining([expect.objectContaining({ outcome: 'retry', reason: 'timeout' })]),
      );
    }, PATIENCE);
  });
});

describe('the roles of the functions', () => {
  it('allowed every call that was made: no function was refused anything', () => {
    expect(gateway.errors.filter((line) => line.includes('AccessDenied'))).toEqual([]);
  });

  it.each(['ingest', 'route', 'deliver-email', 'deliver-webhook', 'watch-sources', 'watch-deliveries'])(
    'grant %s nothing that it does not use, unless it is said here for what else',
    async (name) => {
      await gateway.local.runSchedules(`Tocsin-${name}`);
      const unused = gateway.local
        .unusedGrants()
        .filter(({ functionName }) => functionName === `Tocsin-${name}`)
        .map(({ action, resource }) => `${name}: ${action} on ${resource.split(/[:/]/u).at(-1) ?? ''}`);
      expect(unused.filter((grant) => !FOR_ELSE.some(([pattern]) => pattern.test(grant)))).toEqual([]);
    },
  );
});

/** What a day without trouble does not need. `unsubscribe` and `record-email-feedback` are judged in unsubscribe.test.ts. */
const FOR_ELSE: [grant: RegExp, because: string][] = [
  [/^(?:route|deliver-email|watch-\w+): sqs:SendMessage on Tocsin-alerts$/u, 'alerts about Tocsin itself'],
  [/^(?:route|deliver-\w+): sqs:ChangeMessageVisibility on /u, 'messages that fail, which come back soon'],
  [/^deliver-email: sqs:SendMessage on Tocsin-email-dead-letters$/u, 'a mail that SES refuses'],
  [/^deliver-email: secretsmanager:GetSecretValue on \*$/u, 'passwords of mail servers'],
  [/^watch-sources: dynamodb:UpdateItem /u, 'a source that falls silent, or speaks again'],
  [
    /^watch-deliveries: sqs:\w+ on Tocsin-[a-z-]+$/u,
    'letters that SQS moved, and deliveries that lost their messages',
  ],
  [/^watch-deliveries: dynamodb:(?:Batch\w+|PartiQLInsert|UpdateItem|PutItem) /u, 'records of the same'],
  [/^deliver-webhook: dynamodb:PartiQLInsert /u, 'alerts that came alone: claimed-together.test.ts'],
];

function textOf(node: DefaultTreeAdapterTypes.Node): string {
  if ('value' in node) {
    return node.value;
  }
  return 'childNodes' in node ? node.childNodes.map(textOf).join(' ') : '';
}
