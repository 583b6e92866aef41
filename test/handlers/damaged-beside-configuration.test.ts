import { publicTier } from '../../functions/core/deliver/webhook/address-tier.ts';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dynamodbClient } from '../../functions/adapters/dynamodb/client.ts';
import { remediationKey, suppressionKey } from '../../functions/adapters/dynamodb/keys.ts';
import {
  dynamodbRemediation,
  dynamodbUnreadableRemediation,
} from '../../functions/adapters/dynamodb/remediation.ts';
import { dynamodbSuppressions } from '../../functions/adapters/dynamodb/suppressions.ts';
import { secretsManagerClient } from '../../functions/adapters/secrets/client.ts';
import { secretsManagerDestinationSecrets } from '../../functions/adapters/secrets/destination-secrets.ts';
import { secretsManagerMailServerSecrets } from '../../functions/adapters/secrets/mail-server-secrets.ts';
import { secretsManagerSourceSecrets } from '../../functions/adapters/secrets/source-secrets.ts';
import {
  SIGNING_KEY_AGES,
  secretsManagerUnsubscribeKeys,
} from '../../functions/adapters/secrets/unsubscribe-keys.ts';
import type { Channel } from '../../functions/core/deliver/attempt.ts';
import { deliver } from '../../functions/core/deliver/deliver.ts';
import { prepareEmail } from '../../functions/core/deliver/email/prepare-email.ts';
import { mailServerOf } from '../../functions/core/deliver/email/smtp/mail-server.ts';
import type { SmtpServer } from '../../functions/core/deliver/email/smtp/smtp-client.ts';
import type { HttpPost } from '../../functions/core/deliver/ports.ts';
import { prepareWebhook } from '../../functions/core/deliver/webhook/prepare-webhook.ts';
import type { AcceptedAlerts } from '../../functions/core/model/wire/accepted-alerts.ts';
import type { Destination, WebhookDestination } from '../../functions/core/model/config/destination.ts';
import type { Mail } from '../../functions/core/model/wire/mail.ts';
import { ingestHandlerOver } from './ingest-function.ts';
import { watchConfiguration } from '../../functions/core/watch/watch-configuration.ts';
import { emulatedAws, type EmulatedAws } from '../adapters/emulated-aws.ts';
import { A_MAIL_SERVER, aMailingList, aMessage, anAlert, aSource, aWebhook } from '../adapters/records.ts';
import { tableDefinition } from '../adapters/table-definition.ts';
import { inMemoryPorts, SECRET } from '../core/ingest/a-request.ts';
import { memoryPorts } from '../core/deliver/memory-ports.ts';
import { damages, type Item, secretDamages } from './damages.ts';

/**
 * Secrets, suppressions, the key of the unsubscribe links and the remediation table, every field damaged in every way,
 * through the real readers: no alert without a state, nothing unsigned, nothing open, and somebody is told in words.
 */
const TABLE = 'Tocsin';
const HOUR_MS = 3_600_000;

let aws: EmulatedAws;
let table: { client: ReturnType<typeof dynamodbClient>; table: string };
let secretsManager: ReturnType<typeof secretsManagerClient>;

beforeAll(async () => {
  aws = await emulatedAws();
  const definition = tableDefinition(TABLE);
  await aws.emulators.dynamoDb.deploy({
    name: TABLE,
    attributeDefinitions: definition.AttributeDefinitions,
    keySchema: definition.KeySchema,
    globalSecondaryIndexes: definition.GlobalSecondaryIndexes as never,
  });
  table = { client: dynamodbClient(aws.options), table: TABLE };
  secretsManager = secretsManagerClient(aws.options);
});
afterAll(async () => {
  table.client.destroy();
  secretsManager.destroy();
  await aws.close();
});

/** The secret holds this text from now on; undefined: there is none. */
function keepSecret(name: string, text: string | undefined): void {
  const { secretsManager: store } = aws.emulators;
  try {
    store.call('DeleteSecret', { SecretId: name, ForceDeleteWithoutRecovery: true });
  } catch (error) {
    if (!String(error).includes("can't find")) throw error;
  }
  if (text !== undefined) store.call('CreateSecret', { Name: name, SecretString: text });
}

/** What is read of the outside world, never from memory: every delivery has readers that were never used. */
function readers() {
  const options = { client: secretsManager, prefix: 'Tocsin', clock: aws.clock };
  return {
    webhook: secretsManagerDestinationSecrets(options),
    mailServer: secretsManagerMailServerSecrets(options),
    source: secretsManagerSourceSecrets(options),
    keys: secretsManagerUnsubscribeKeys({ ...options, ages: SIGNING_KEY_AGES }),
    suppressions: dynamodbSuppressions(table),
    remediation: dynamodbRemediation(table),
  };
}

/** One delivery through the story of `deliver`, an hour after its message was sent. */
async function delivered(destination: Destination, { sentAgoMs = HOUR_MS, isDeleted = false } = {}) {
  const world = memoryPorts([destination]);
  const posted: HttpPost[] = [];
  const mails: Mail[] = [];
  const logins: SmtpServer[] = [];
  const from = readers();
  const channel: Channel = {
    prepare: async (message, at) =>
      at.channel === 'webhook'
        ? prepareWebhook(message, at, {
            secrets: from.webhook,
            http: {
              post: async (request) => {
                posted.push(request);
                return { answer: 'response', status: 204, bodyStart: new Uint8Array(), phasesMs: {} };
              },
            },
            clock: world.clock,
            addresses: publicTier(),
          })
        : prepareEmail(message, at, {
            smtp: async (list) =>
              mailServerOf(list, {
                secrets: from.mailServer,
                destinations: { find: async () => destination },
                elapsedMs: () => 0,
                client: {
                  send: async (server: SmtpServer, mail: Mail) => {
                    logins.push(server);
                    mails.push(mail);
                    return { answer: 'done', stage: 'message', code: 250, reply: '250 ok', phasesMs: {} };
                  },
                } as never,
              }),
            mailer: {
              send: async (mail) => {
                mails.push(mail);
                return { result: 'accepted', messageId: 'm' };
              },
            },
            quota: { standing: async () => ({ state: 'ample' }), noteExhausted: () => {} } as never,
            suppressions: from.suppressions,
            remediation: from.remediation,
            unsubscribe: { baseUrl: 'https://api.example/v1/unsubscribe', keys: from.keys },
            messageIdDomain: 'sender.example',
          }),
  };
  const message = aMessage({
    destination_id: destination.id,
    channel: destination.channel,
    ...(destination.channel === 'email' && { recipient: 'ops@example.com' }),
  });
  const destinations = {
    find: async (_id: string, options?: { isFresh?: boolean }) =>
      isDeleted && options?.isFresh === true ? undefined : destination,
  };
  const settled = await deliver(
    message,
    channel,
    { ...world.ports, destinations },
    world.clock.at - sentAgoMs,
  );
  const row = world.rows.get(message.delivery_id);
  return { settled, row, posted, mails, logins, dead: world.dead, raised: world.raised, calls: world.calls };
}

type Delivered = Awaited<ReturnType<typeof delivered>>;

/** Delivered as it should be, or dead in words that name what cannot be read, with an alert about it. */
function expectKnownEnd({ settled, row, dead, raised, posted, mails }: Delivered, what: string): void {
  if (settled.verdict === 'delivered') {
    expect(row?.state).toBe('delivered');
    expect(posted.length + mails.length).toBe(1);
    expect(dead).toEqual([]);
    return;
  }
  if (settled.reason === 'refused-url') {
    expect(dead).toMatchObject([{ reason: 'refused-url' }]);
    return;
  }
  expect(settled).toMatchObject({ verdict: 'failed', reason: 'configuration-unreadable' });
  expect(row?.state).toBe('dead');
  expect(posted.length + mails.length).toBe(0);
  const detail = row?.attempts.at(-1)?.detail ?? '';
  expect(detail).toMatch(/does not exist|cannot be read: .+|holds no .+/u);
  expect(dead).toMatchObject([{ reason: 'configuration-unreadable', detail }]);
  const [alert] = raised.flatMap(({ alerts }) => alerts);
  expect(alert).toMatchObject({ type: 'tocsin.configuration-unreadable', severity: 'critical' });
  expect(alert?.title).toContain(what);
  const steps = alert?.remediation?.steps ?? [];
  expect(steps.at(-1)).toContain('dead-letters redrive');
  expect(steps.join(' ')).not.toContain(' delete ');
  expect(JSON.stringify([row, dead, raised])).not.toContain('canary-of-a-secret');
}

const CREDENTIAL = {
  current: 'whsec_Y2FuYXJ5LW9mLWEtc2VjcmV0LWNhbmFyeQ==',
  previous: 'canary-of-a-secret',
  previousNotAfter: '2026-01-16T00:00:00.000Z',
};
const WEBHOOKS: Record<string, [Partial<WebhookDestination>, Item]> = {
  hmac: [
    { customHeaderNames: ['X-Key'] },
    { ...CREDENTIAL, currentFrom: '2026-01-15T00:00:00.000Z', headers: { 'X-Key': 'canary-of-a-secret' } },
  ],
  bearer: [
    { auth: { type: 'bearer' }, hasSecretUrl: true, url: 'https://hooks.example/…' },
    { ...CREDENTIAL, url: 'https://hooks.example/canary-of-a-secret' },
  ],
  mtls: [{ auth: { type: 'mtls' } }, { certificate: 'canary', key: 'canary', ca: 'canary' }],
};

describe.each(Object.entries(WEBHOOKS))('the secret of a webhook with auth %s', (auth, [given, secret]) => {
  it('is read where it is whole', async () => {
    keepSecret('Tocsin/destination/dst_1', JSON.stringify(secret));
    expect((await delivered(aWebhook(given))).settled.verdict).toBe('delivered');
  });

  it.each(secretDamages(secret))('%s', async (_name, text) => {
    keepSecret('Tocsin/destination/dst_1', text);
    const done = await delivered(aWebhook(given));
    expectKnownEnd(done, 'The secret of the destination');
    for (const { url, headers, tls } of done.posted) {
      const names = Object.keys(headers).map((name) => name.toLowerCase());
      const proof = { hmac: 'webhook-signature', bearer: 'authorization' }[auth];
      if (proof === undefined) expect(tls).toMatchObject({ certificate: expect.any(String) as string });
      else expect(names).toContain(proof);
      expect(names.includes('x-key')).toBe(auth === 'hmac');
      expect(url).not.toContain('…');
    }
  });
});

describe('a secret that is not there', () => {
  it('may be on its way for a minute: the message comes back', async () => {
    keepSecret('Tocsin/destination/dst_1', undefined);
    await expect(delivered(aWebhook(), { sentAgoMs: 59_000 })).rejects.toThrow('does not exist');
  });

  it('belongs to a destination that was deleted a moment ago: the delivery says so', async () => {
    keepSecret('Tocsin/destination/dst_1', undefined);
    const { settled, dead } = await delivered(aWebhook(), { isDeleted: true });
    expect(settled).toEqual({ verdict: 'suppressed', reason: 'destination-deleted' });
    expect(dead).toEqual([]);
  });
});

describe('the secret of a mail server', () => {
  const list = aMailingList({ transport: A_MAIL_SERVER });

  it.each(secretDamages({ current: 'canary-of-a-secret', ca: 'canary-of-a-secret' }))(
    '%s',
    async (_name, text) => {
      keepSecret('Tocsin/unsubscribe-key', JSON.stringify({ current: 'key' }));
      keepSecret(`Tocsin/destination/${list.id}`, text);
      const done = await delivered(list);
      expectKnownEnd(done, 'The secret of the destination');
      for (const { password, ca } of done.logins) {
        expect(password).not.toBe('');
        if (ca !== undefined) expect(ca).toEqual(expect.any(String));
      }
    },
  );
});

describe('the key of the unsubscribe links', () => {
  const key = { current: 'canary-of-a-secret', previous: 'canary-of-a-secret' };

  it.each(secretDamages(key))('%s', async (_name, text) => {
    keepSecret('Tocsin/unsubscribe-key', text);
    const done = await delivered(aMailingList());
    expectKnownEnd(done, 'The key of the unsubscribe links');
    for (const mail of done.mails) expect(JSON.stringify(mail)).toContain('/v1/unsubscribe/u1.');
  });
});

describe('a suppression', () => {
  const list = aMailingList();
  const entry = { reason: 'bounced', at: '2026-01-15T00:00:00.000Z', by: 'ses', detail: 'full' };
  const whole = {
    ...suppressionKey(list.id, 'ops@example.com'),
    state: 'suppressed',
    suppression: { destination_id: list.id, address: 'ops@example.com', ...entry },
    is_announced: true,
    history: [{ action: 'added', ...entry }],
    soft_bounces: ['2026-01-15T00:00:00.000Z'],
    soft_bounce_ids: ['e1'],
  };
  const cases: [string, Item][] = [
    ...damages(whole).filter(([name]) => !/^[ps]k /u.test(name)),
    ['of a newer version', { ...whole, schema_version: 2 }],
  ];

  it.each(cases)('%s', async (_name, item) => {
    keepSecret('Tocsin/unsubscribe-key', JSON.stringify({ current: 'key' }));
    await table.client.call('PutItem', { TableName: TABLE, Item: item });
    const done = await delivered(list);
    if (done.settled.verdict === 'suppressed') expect(done.settled.reason).toBe('bounced');
    else expectKnownEnd(done, 'The suppression of a recipient');
    // One that says nothing but that there were soft bounces is the only one that lets a mail out.
    expect(done.mails).toEqual([]);
    expect(JSON.stringify(done.raised)).not.toContain('ops@example.com');

    // Whoever wants no mail can say so all the same, and whoever wants it can be let in again.
    const { suppressions } = readers();
    const wish = {
      destination_id: list.id,
      address: 'ops@example.com',
      reason: 'unsubscribed',
      by: 'page',
    } as const;
    await suppressions.add({ ...wish, at: '2026-01-16T00:00:00.000Z' });
    expect((await delivered(list)).settled.verdict).toBe('suppressed');
    await table.client.call('PutItem', { TableName: TABLE, Item: item });
    const lifted = {
      action: 'removed',
      reason: 'by-operator',
      at: '2026-01-16T00:00:00.000Z',
      by: 'operator',
    } as const;
    expect(await suppressions.remove(list.id, 'ops@example.com', lifted)).toBe('removed');
    expect((await delivered(list)).settled.verdict).toBe('delivered');
  });
});

describe('an entry of the remediation table', () => {
  const whole = {
    ...remediationKey('threat_alert'),
    schema_version: 1,
    revision: 1,
    entry: {
      type: 'threat_alert',
      steps: ['Call the desk'],
      url: 'https://wiki.example/',
      updatedAt: '2026-01-01T00:00:00.000Z',
    },
  };
  const cases: [string, Item][] = [
    ...damages(whole, ['entry']),
    ['of a newer version', { ...whole, schema_version: 2 }],
  ];

  it.each(cases)('%s', async (_name, item) => {
    keepSecret('Tocsin/unsubscribe-key', JSON.stringify({ current: 'key' }));
    await table.client.call('DeleteItem', {
      TableName: TABLE,
      Key: suppressionKey('dst_2', 'ops@example.com'),
    });
    await table.client.call('PutItem', { TableName: TABLE, Item: item });
    expect((await delivered(aMailingList())).settled.verdict).toBe('delivered');
    const unreadable = await dynamodbUnreadableRemediation(table).list();
    const read = await readers().remediation.load();
    expect(unreadable.length + read.length).toBe(1);
    const enqueued: AcceptedAlerts[] = [];
    await watchConfiguration(unreadable, {
      alerts: { enqueue: async (accepted) => void enqueued.push(accepted) },
      clock: aws.clock,
      tenantId: 'Tocsin',
    });
    expect(enqueued.flatMap(({ alerts }) => alerts)).toHaveLength(unreadable.length);
  });
});

describe('the secret of a source', () => {
  const source = aSource({ id: 'src_abcdefghijklmnopqrstuvwx', auth: { type: 'bearer' } });
  const secret = {
    current: SECRET,
    previous: 'canary-of-a-secret',
    previousNotAfter: '2099-01-01T00:00:00.000Z',
  };

  function aPost(token: string | undefined): APIGatewayProxyEventV2 {
    return {
      rawPath: `/v1/ingest/${source.id}`,
      rawQueryString: '',
      pathParameters: { sourceId: source.id },
      headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
      requestContext: { http: { method: 'POST' }, requestId: 'r' },
      isBase64Encoded: false,
      body: JSON.stringify({ title: 'Something happened' }),
    } as unknown as APIGatewayProxyEventV2;
  }

  it.each(secretDamages(secret))('%s', async (_name, text) => {
    keepSecret(`Tocsin/source/${source.id}`, text);
    const { ports, enqueued } = inMemoryPorts({ sources: [source] });
    const ingest = ingestHandlerOver({ ...ports, secrets: readers().source });
    const statusOf = async (token?: string): Promise<number | undefined> => {
      try {
        return (await ingest(aPost(token))).statusCode;
      } catch (error) {
        return { unauthorized: 401, 'not-durable': 503 }[(error as { code: string }).code];
      }
    };
    // Never open: not to nobody, to the damage itself, or to what is empty.
    for (const wrong of [undefined, '', 'undefined', 'null', '-7', '[object Object]', 'canary']) {
      expect([401, 503]).toContain(await statusOf(wrong));
    }
    const status = await statusOf(SECRET);
    const told = enqueued.flatMap(({ alerts }) => alerts).filter(({ type }) => type.startsWith('tocsin.'));
    if (status !== 503) {
      expect(told).toEqual([]);
      // A credential that is another word now is a wrong one, as after a rotation.
      expect(text).toContain('"current"');
      return;
    }
    expect(told).toHaveLength(1);
    expect(told[0]).toMatchObject({
      type: 'tocsin.configuration-unreadable',
      title: 'The secret of the source one cannot be read',
    });
    expect(told[0]?.remediation?.steps?.at(-1)).toContain('tocsin source rotate one');
    expect(JSON.stringify(told)).not.toContain('canary-of-a-secret');
  });
});

it('has hundreds of cases', () => {
  const count = Object.values(WEBHOOKS).reduce((sum, [, secret]) => sum + secretDamages(secret).length, 0);
  expect(count + secretDamages(CREDENTIAL).length).toBeGreaterThan(100);
  expect(anAlert().type).toBe('threat_alert');
});
