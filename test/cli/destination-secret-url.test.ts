import { describe, expect, it } from 'vitest';
import type { WebhookDestination } from '../../functions/core/model/config/destination.ts';
import { aMailingList, aWebhook } from '../adapters/records.ts';
import { memoryGateway, type MemoryGateway } from './memory-gateway.ts';
import { run } from './run.ts';

const URL_OF_CHAT = 'https://hooks.slack.com/services/T0/B0/known-to-one';
const SHOWN = 'https://hooks.slack.com/services/…';
const CREATE = `destination create webhook --name chat --url ${URL_OF_CHAT} --format slack`.split(' ');

const chat = (gateway: MemoryGateway) =>
  [...gateway.kept.config.destination.values()][0] as WebhookDestination;
const secretOf = (gateway: MemoryGateway) => gateway.kept.secrets.get(`destination/${chat(gateway).id}`);

/** Everything that the gateway keeps outside of the secret store. */
const outside = ({ kept }: MemoryGateway) =>
  JSON.stringify({ ...kept, secrets: undefined }, (_key, value: unknown) =>
    value instanceof Map ? [...value] : value,
  );

describe('the URL of a chat', () => {
  it('lies in the secret store, and is shown by no command', async () => {
    const gateway = memoryGateway();
    const outputs = [
      await run(CREATE, { gateway }),
      ...(await Promise.all(
        [
          ['destination', 'list'],
          ['destination', 'show', 'chat'],
          ['destination', 'disable', 'chat'],
          ['destination', 'enable', 'chat'],
          ['destination', 'update', 'chat', '--min-severity', 'high'],
          ['destination', 'rotate', 'chat'],
          ['status'],
        ].flatMap((argv) => [run(argv, { gateway }), run([...argv, '--json'], { gateway })]),
      )),
    ];
    expect(outputs[0]?.code).toBe(0);
    expect(outputs.map(({ stdout, stderr }) => stdout + stderr).join('')).not.toContain('known-to-one');
    expect(outputs[2]?.json()).toMatchObject({
      destinations: [{ name: 'chat', url: SHOWN, has_secret_url: true }],
    });
    expect(outputs[3]?.stdout).toContain(SHOWN);
    expect(chat(gateway)).toMatchObject({ url: SHOWN, hasSecretUrl: true });
    expect(secretOf(gateway)).toEqual({ url: URL_OF_CHAT });
    expect(outside(gateway)).not.toContain('known-to-one');
  });

  it('is not in what the wizard shows before it creates, nor in a refusal', async () => {
    const gateway = memoryGateway();
    const argv = `setup --channel webhook --name chat --url ${URL_OF_CHAT} --format slack --no-test`.split(
      ' ',
    );
    const reachability = {
      handshake: async () => ({ result: 'unreachable' as const, detail: 'it does not answer' }),
    };
    const refused = await run(argv, { gateway, reachability });
    const created = await run([...argv, '--yes'], { gateway, reachability });
    expect(refused.code).toBe(1);
    expect(created.code).toBe(0);
    expect([refused, created].map(({ stdout, stderr }) => stdout + stderr).join('')).not.toContain(
      'known-to-one',
    );
    expect(secretOf(gateway)).toEqual({ url: URL_OF_CHAT });
  });

  it('is exchanged by update, in the secret, with a new version that makes functions ask again', async () => {
    const gateway = memoryGateway();
    await run(CREATE, { gateway });
    const next = 'https://hooks.slack.com/services/T0/B0/known-to-one-2';
    const ran = await run(['destination', 'update', 'chat', '--url', next], { gateway });
    expect(ran.code).toBe(0);
    expect(secretOf(gateway)).toEqual({ url: next });
    expect(chat(gateway)).toMatchObject({ url: SHOWN, hasSecretUrl: true, version: 2 });
    expect(outside(gateway) + ran.stdout).not.toContain('known-to-one');
  });

  it('stays secret through every other change', async () => {
    const gateway = memoryGateway();
    await run(CREATE, { gateway });
    const ran = await run(['destination', 'update', 'chat', '--format', 'discord', '--retry', 'none'], {
      gateway,
    });
    expect(ran.code).toBe(0);
    expect(secretOf(gateway)).toEqual({ url: URL_OF_CHAT });
    expect(chat(gateway)).toMatchObject({ url: SHOWN, hasSecretUrl: true, format: 'discord' });
  });

  it('in an item from before is shown as little, and moves to the secret with the next change', async () => {
    const gateway = memoryGateway();
    await gateway.config.create(
      'destination',
      aWebhook({ name: 'chat', url: URL_OF_CHAT, format: 'slack', auth: { type: 'none' } }),
    );
    await gateway.secrets.saveDestination(chat(gateway).id, {}, undefined);
    const list = await run(['destination', 'list'], { gateway });
    const show = await run(['destination', 'show', 'chat', '--json'], { gateway });
    expect(list.stdout + show.stdout).not.toContain('known-to-one');
    expect(show.json()).toMatchObject({ url: SHOWN, has_secret_url: false });
    await run(['destination', 'update', 'chat', '--min-severity', 'high'], { gateway });
    expect(chat(gateway)).toMatchObject({ url: SHOWN, hasSecretUrl: true });
    expect(secretOf(gateway)).toEqual({ url: URL_OF_CHAT });
  });

  it('that is missing in the secret is named by the command that changes the secret', async () => {
    const gateway = memoryGateway();
    await run(CREATE, { gateway });
    gateway.kept.secrets.set(`destination/${chat(gateway).id}`, {});
    // What was asked for is done, and what is still missing is said.
    const changed = await run(['destination', 'update', 'chat', '--custom-header', 'X-Key: value'], {
      gateway,
    });
    expect(changed.code).toBe(0);
    expect(changed.stdout).toContain('Nothing can be sent yet: its secret holds no URL');
  });

  it('is what rotate says there is to exchange', async () => {
    const gateway = memoryGateway();
    await run(CREATE, { gateway });
    const ran = await run(['destination', 'rotate', 'chat'], { gateway });
    expect(ran.code).toBe(1);
    expect(ran.stderr).toContain('tocsin destination update chat --url URL');
  });
});

describe('destination show', () => {
  async function shown(health: object | undefined) {
    const gateway = memoryGateway();
    await gateway.config.create('destination', aWebhook({ id: 'dst_a', name: 'siem', format: 'tocsin' }));
    if (health !== undefined) gateway.kept.endpointHealth.set('dst_a', health as never);
    const { stdout } = await run(['destination', 'show', 'siem'], { gateway });
    const { breaker } = (await run(['destination', 'show', 'siem', '--json'], { gateway })).json() as {
      breaker: object;
    };
    return { line: /breaker +(.*)/.exec(stdout)?.[1], breaker };
  }

  it.each([
    [undefined, 'closed: no failure behind it', { state: 'closed', failures: 0, open_until: null }],
    [
      { failures: 3, openings: 0 },
      'closed, with 3 failures in a row; five open it',
      { state: 'closed', failures: 3, open_until: null },
    ],
    [
      { failures: 5, openings: 1, openUntil: '2026-03-01T12:01:00.000Z' },
      'open after 5 failures in a row: alerts wait until 2026-03-01T12:01:00.000Z (in 60s)',
      { state: 'open', failures: 5, open_until: '2026-03-01T12:01:00.000Z' },
    ],
    [
      { failures: 6, openings: 2, openUntil: '2026-03-01T11:59:00.000Z' },
      'half-open after 6 failures in a row: the next attempt tries the receiver for all that wait',
      { state: 'half-open', failures: 6, open_until: null },
    ],
  ])('tells how the breaker stands (%o)', async (health, line, breaker) => {
    expect(await shown(health)).toEqual({ line, breaker });
  });

  it('and list tell it of every webhook', async () => {
    const gateway = memoryGateway();
    await gateway.config.create('destination', aWebhook({ id: 'dst_a', name: 'siem', format: 'tocsin' }));
    await gateway.config.create('destination', aWebhook({ id: 'dst_b', name: 'soc', format: 'tocsin' }));
    await gateway.config.create('destination', aMailingList({ id: 'dst_c', name: 'oncall' }));
    gateway.kept.endpointHealth.set('dst_a', {
      failures: 5,
      openings: 1,
      openUntil: '2026-03-01T12:01:00.000Z',
    });
    const { stdout } = await run(['destination', 'list'], { gateway, columns: 120 });
    expect(stdout).toMatch(/siem .* open /);
    expect(stdout).toMatch(/soc .* closed /);
    const listed = (await run(['destination', 'list', '--json'], { gateway })).json() as {
      destinations: { name: string; breaker?: { state: string } }[];
    };
    expect(listed.destinations.map(({ name, breaker }) => [name, breaker?.state])).toEqual([
      ['oncall', undefined],
      ['siem', 'open'],
      ['soc', 'closed'],
    ]);
  });

  it('shows the template', async () => {
    const gateway = memoryGateway();
    const template = '{\n  "text": "{{title}}"\n}\n';
    await gateway.config.create('destination', aWebhook({ name: 'tickets', format: 'template', template }));
    const { stdout } = await run(['destination', 'show', 'tickets'], { gateway });
    expect(stdout).toContain('"text": "{{title}}"');
    expect((await run(['destination', 'show', 'tickets', '--json'], { gateway })).json()).toMatchObject({
      template,
    });
  });
});
