import { beforeEach, describe, expect, it } from 'vitest';
import { memoryGateway, type MemoryGateway } from './memory-gateway.ts';
import { aDeadLetter, aDelivery, anAlert, aRoutedAlert } from './records.ts';
import { NOW, run } from './run.ts';

let gateway: MemoryGateway;
beforeEach(async () => {
  gateway = memoryGateway();
  await run(['destination', 'create', 'email', '--name', 'soc', '--to', 'soc@example.com'], { gateway });
  await run(['destination', 'create', 'webhook', '--name', 'siem', '--url', 'https://siem.example/'], {
    gateway,
  });
});

describe('status', () => {
  it('says OK in its first line and exits with 0 when all is well', async () => {
    const ran = await run(['status'], { gateway });
    expect(ran).toMatchObject({ code: 0, stderr: '' });
    expect(ran.stdout.split('\n')[0]).toBe('OK');
    expect((await run(['status', '--json'], { gateway })).json()).toMatchObject({
      verdict: 'ok',
      attention: [],
    });
  });

  it('says in its first line what needs attention, with the next command below, and exits with 1', async () => {
    gateway.kept.letters = [aDeadLetter()];
    gateway.kept.deliveries.set(
      'd',
      aDelivery({ state: 'sending', lease_until: new Date(NOW - 1).toISOString() }),
    );
    const ran = await run(['status'], { gateway });
    expect(ran.code).toBe(1);
    const [first, ...others] = ran.stdout.split('\n');
    expect(first).toMatch(
      /^NEEDS ATTENTION: 1 dead letter waits for somebody; 1 attempt has lost its worker/u,
    );
    expect(others.slice(0, 4)).toEqual([
      '  1 dead letter waits for somebody',
      '    tocsin dead-letters list',
      expect.stringContaining('has lost its worker') as string,
      '    tocsin deliveries show 0b7f2e1c-8a4d-5c3e-9f60-2d1e4b5a6c7d',
    ]);
  });

  it('counts what matters', async () => {
    gateway.kept.alerts.set('a', aRoutedAlert(anAlert(), { routing: 'unrouted' }));
    gateway.kept.deliveries.set('d', aDelivery({ state: 'dead', destination_id: idOf('siem') }));
    gateway.kept.letters = [aDeadLetter()];
    await run(['destination', 'disable', 'soc'], { gateway });
    expect((await run(['status', '--json'], { gateway })).json()).toMatchObject({
      stack: 'Tocsin',
      is_local: true,
      destinations: { count: 2, disabled: ['soc'] },
      unrouted_alerts_24h: 1,
      dead_letters: 1,
    });
    const { stdout } = await run(['status'], { gateway });
    expect(stdout).toMatch(/destinations +2, disabled: soc/u);
    expect(stdout).toMatch(/dead letters +1; see: tocsin dead-letters list/u);
  });

  it('gives the verdict without reading the day with --quick', async () => {
    const { records } = gateway;
    records.alerts = async () => Promise.reject(new Error('the alerts of the day are read'));
    records.deliveries = async () => Promise.reject(new Error('the deliveries of the day are read'));
    const { code, stdout } = await run(['status', '--quick', '--json'], { gateway });
    expect(JSON.parse(stdout)).toMatchObject({
      verdict: code === 0 ? 'ok' : 'needs-attention',
      unrouted_alerts_24h: null,
    });
    expect((await run(['status', '--quick'], { gateway })).stdout).not.toMatch(/unrouted/u);
  });

  it('names the sandbox of SES, as long as somebody is to get mails by it', async () => {
    gateway.mailAccount.sending = async () => ({ isEnabled: true, perDay: 200, sentLastDay: 0 });
    expect((await run(['status'], { gateway })).stdout).toMatch(/^NEEDS ATTENTION: .*SANDBOX/u);
    await run(['destination', 'disable', 'soc'], { gateway });
    expect((await run(['status'], { gateway })).stdout).toMatch(/^OK\n/u);
  });

  it('names alarms that nobody hears, and does without an answer', async () => {
    gateway.operatorTopic = {
      subscriptions: async () => ({
        arn: 'arn:aws:sns:eu-central-1:111122223333:Tocsin-operator',
        confirmed: 0,
        pending: 1,
      }),
    };
    expect((await run(['status'], { gateway })).stdout).toMatch(/^NEEDS ATTENTION: nobody hears the alarms/u);
    gateway.operatorTopic = { subscriptions: async () => Promise.reject(new Error('AccessDenied')) };
    expect((await run(['status'], { gateway })).stdout).toMatch(/^OK\n/u);
  });

  it('looks again and again with --watch, until it is stopped', async () => {
    const waits: number[] = [];
    const ran = await run(['status', '--watch', '2s'], {
      gateway,
      sleep: async (ms) => {
        waits.push(ms);
        gateway.kept.letters = [aDeadLetter()];
        if (waits.length === 2) throw new Error('stopped');
      },
    });
    expect(waits).toEqual([2_000, 2_000]);
    expect(ran.stdout).toMatch(/^OK\n[\s\S]*\nNEEDS ATTENTION: 1 dead letter/u);
    expect((await run(['status', '--watch', '--json'], { gateway })).code).toBe(2);
    expect((await run(['status', '--watch', '5x'], { gateway })).code).toBe(2);
  });

  const idOf = (name: string): string =>
    [...gateway.kept.config.destination.values()].find((one) => one.name === name)?.id ?? '';
});
