import { Webhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import { SOURCE_PRESETS } from '../../functions/core/config/source-presets.ts';
import { memoryGateway } from './memory-gateway.ts';
import { run } from './run.ts';
import { authenticate } from '../../functions/core/ingest/authenticate.ts';
import type { Source } from '../../functions/core/model/config/source.ts';

type Created = { id: string; url: string; secret: string; header: string | null; curl: string };

async function created(argv: string[], stdin?: string) {
  const gateway = memoryGateway();
  const ran = await run(['source', 'create', '--name', 'a', ...argv, '--json'], {
    gateway,
    ...(stdin !== undefined && { stdin }),
  });
  expect(ran).toMatchObject({ code: 0, stderr: '' });
  const [source] = [...gateway.kept.config.source.values()] as Source[];
  if (source === undefined) throw new Error('no source was created');
  return { gateway, source, answer: ran.json() as Created };
}

describe('--preset', () => {
  it.each(SOURCE_PRESETS.map(({ name }) => name))('%s gives auth, format and mapping', async (name) => {
    const preset = SOURCE_PRESETS.find((known) => known.name === name);
    const { source } = await created(['--preset', name], 'a secret of sixteen characters\n');
    expect(source.auth).toEqual(preset?.auth);
    expect(source.format).toBe(preset?.mapping === undefined ? 'generic' : 'mapping');
    expect(source.mapping).toEqual(preset?.mapping);
  });

  it('leaves what the operator names', async () => {
    const { source } = await created(['--preset', 'stripe', '--format', 'generic', '--header', 'X-Pay']);
    expect(source).toMatchObject({
      format: 'generic',
      auth: { header: 'x-pay', timestampHeader: 'stripe-signature' },
    });
    expect(source.mapping).toBeUndefined();
  });

  it('changes how an existing source authenticates, and nothing else', async () => {
    const { gateway, source } = await created([]);
    const ran = await run(['source', 'update', 'a', '--preset', 'tailscale'], { gateway });
    expect(ran.code).toBe(0);
    const [after] = [...gateway.kept.config.source.values()] as Source[];
    expect(after).toMatchObject({
      id: source.id,
      format: 'generic',
      auth: { header: 'tailscale-webhook-signature' },
    });
  });

  it('that nobody knows is refused with those that there are', async () => {
    const ran = await run(['source', 'create', '--name', 'a', '--preset', 'acme'], {
      gateway: memoryGateway(),
    });
    expect(ran.code).toBe(2);
    expect(ran.stderr).toContain('--preset');
    expect(ran.stderr).toContain('zendesk');
  });
});

describe('the secret that is printed', () => {
  it('is one that a library of Standard Webhooks signs with', async () => {
    const { source, answer } = await created(['--preset', 'standard-webhooks']);
    expect(answer.secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/u);
    const body = '{"title":"Disk full"}';
    const now = new Date(1_768_486_981_000);
    const headers = {
      'webhook-id': 'msg_1',
      'webhook-timestamp': String(now.getTime() / 1_000),
      'webhook-signature': new Webhook(answer.secret).sign('msg_1', now, body),
    };
    const request = { sourceId: source.id, method: 'POST', target: '/', headers, body: Buffer.from(body) };
    const secrets = { credential: async () => ({ current: answer.secret }), refresh: async () => undefined };
    expect(await authenticate(source, request, secrets, now.getTime())).toEqual({ ok: true });
    const forged = { ...request, body: Buffer.from('{"title":"Disk fulL"}') };
    expect(await authenticate(source, forged, secrets, now.getTime())).toMatchObject({ ok: false });
  });

  it('stays of that form when it is rotated', async () => {
    const { gateway } = await created(['--preset', 'standard-webhooks']);
    const ran = await run(['source', 'rotate', 'a', '--json'], { gateway });
    expect((ran.json() as Created).secret).toMatch(/^whsec_/u);
  });

  it('is a routing key that names its source, for the address that clients of PagerDuty post to', async () => {
    const { gateway, source, answer } = await created([
      '--format',
      'pagerduty-events',
      '--auth',
      'routing-key',
    ]);
    expect(answer.secret.startsWith(`${source.id}.`)).toBe(true);
    expect(answer.url).toMatch(/\/v2\/enqueue$/u);
    expect(answer.header).toBeNull();
    expect(answer.curl).toContain(`"routing_key":"${answer.secret}"`);
    const rotated = (await run(['source', 'rotate', 'a', '--json'], { gateway })).json() as Created;
    expect(rotated.secret.startsWith(`${source.id}.`)).toBe(true);
    expect(rotated.secret).not.toBe(answer.secret);
  });

  it.each([
    [['--auth', 'routing-key'], 'routing-key means nothing with format generic; expected pagerduty-events'],
    [
      ['--auth', 'routing-key', '--format', 'pagerduty-events', '--secret-stdin'],
      'a routing key names its source',
    ],
  ])('is refused with %j', async (argv, words) => {
    const ran = await run(['source', 'create', '--name', 'a', ...argv], {
      gateway: memoryGateway(),
      stdin: 'a secret of sixteen characters\n',
    });
    expect(ran.code).toBe(2);
    expect(ran.stderr).toContain(words);
  });
});
