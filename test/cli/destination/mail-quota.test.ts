import { describe, expect, it } from 'vitest';
import type { MailAccount } from '../../../functions/core/operator/ports.ts';
import { aMailDestination } from '../../core/recipients/memory-suppressions.ts';
import { memoryGateway } from '../memory-gateway.ts';
import { NOW, run } from '../run.ts';

type Sending = Awaited<ReturnType<MailAccount['sending']>>;
const production: Sending = { isEnabled: true, perDay: 50_000, sentLastDay: 1_234 };

function gatewayWith(account: Partial<MailAccount>) {
  const gateway = memoryGateway();
  const destination = aMailDestination({ name: 'oncall' });
  gateway.kept.config.destination.set(destination.id, destination);
  return { ...gateway, mailAccount: { ...gateway.mailAccount, ...account } };
}

const withSending = (given: Partial<Sending>) =>
  gatewayWith({ sending: async () => ({ ...production, ...given }) });

const refused = async (): Promise<never> => {
  throw Object.assign(new Error('not allowed'), { name: 'AccessDenied' });
};

describe('status', () => {
  it.each<[string, Partial<Sending>, string, RegExp]>([
    ['how much of the quota is used', {}, 'ample', /mail +1,234 of 50,000 mails used in 24 hours/],
    ['no limit', { perDay: -1 }, 'ample', /mail +SES sends without a limit; 1,234 mails in 24 hours/],
    [
      'a quota that is nearly used up',
      { sentLastDay: 40_000 },
      'scarce',
      /THE QUOTA OF SES IS NEARLY USED UP \(40,000 of 50,000 mails used in 24 hours\)/,
    ],
    [
      'a quota that is used up',
      { sentLastDay: 50_000 },
      'exhausted',
      /SES TAKES NO MORE MAILS TODAY \(50,000 of 50,000 mails used in 24 hours\)/,
    ],
    ['the sandbox', { perDay: 200, sentLastDay: 3 }, 'ample', /LOOKS LIKE THE SES SANDBOX \(3 of 200 mails/],
    ['a paused account', { isEnabled: false }, 'ample', /sending is switched off/],
  ])('tells of %s', async (_, sending, state, text) => {
    const gateway = withSending(sending);
    const { stdout, code } = await run(['status'], { gateway, columns: 140 });
    const isWell = Object.keys(sending).length === 0 || sending.perDay === -1;
    expect(code).toBe(isWell ? 0 : 1);
    expect(stdout).toMatch(text);
    const { mail } = (await run(['status', '--json'], { gateway })).json() as { mail: object };
    const { isEnabled, perDay, sentLastDay } = { ...production, ...sending };
    expect(mail).toEqual({
      state,
      is_enabled: isEnabled,
      per_day: perDay,
      sent_last_24h: sentLastDay,
      looks_like_sandbox: perDay === 200,
    });
  });

  it('tells both of a sandbox and of its quota', async () => {
    const { stdout } = await run(['status'], {
      gateway: withSending({ perDay: 200, sentLastDay: 200 }),
      columns: 140,
    });
    expect(stdout).toContain('LOOKS LIKE THE SES SANDBOX');
    expect(stdout).toContain('SES TAKES NO MORE MAILS TODAY');
  });

  it('shows the rest to an operator who may not ask SES', async () => {
    const gateway = gatewayWith({ sending: refused });
    const { stdout, code } = await run(['status'], { gateway });
    expect(code).toBe(0);
    expect(stdout).toMatch(/mail +SES could not be asked/);
    expect(stdout).toMatch(/dead letters/);
    expect((await run(['status', '--json'], { gateway })).json()).toMatchObject({
      mail: { state: 'unknown' },
    });
  });
});

describe('destination test', () => {
  const tested = async (gateway: ReturnType<typeof withSending>) => {
    let now = NOW;
    return run(['destination', 'test', 'oncall', '--timeout', '1s'], {
      gateway,
      clock: { now: () => now },
      sleep: async (ms) => void (now += ms),
    });
  };

  it('says loudly what keeps a mail from arriving, before it waits for one', async () => {
    const { stderr } = await tested(withSending({ perDay: 200, sentLastDay: 200 }));
    expect(stderr).toContain('LOOKS LIKE THE SES SANDBOX (200 of 200 mails used in 24 hours)');
    expect(stderr).toContain('SES TAKES NO MORE MAILS TODAY');
  });

  it('says so for a whole channel, too, and not for a mail server of its own', async () => {
    const sandbox = withSending({ perDay: 200, sentLastDay: 3 });
    let now = NOW;
    const clock = { now: () => now };
    const sleep = async (ms: number): Promise<void> => void (now += ms);
    const argv = ['test', '--channel', 'email', '--timeout', '1s'];
    const told = await run(argv, { gateway: sandbox, clock, sleep });
    expect(told.stderr).toContain('LOOKS LIKE THE SES SANDBOX');
    const json = (await run([...argv, '--json'], { gateway: sandbox, clock, sleep })).json();
    expect(json).toMatchObject({ sender_trouble: [{ result: 'warning' }] });
    const [destination] = sandbox.kept.config.destination.values();
    if (destination === undefined) throw new Error('no destination');
    const transport = { type: 'smtp', host: 'smtp.example.com', port: 587, security: 'starttls' };
    sandbox.kept.config.destination.set(destination.id, { ...destination, transport } as never);
    expect((await run(argv, { gateway: sandbox, clock, sleep })).stderr).not.toContain('SES');
  });

  it('says nothing of it while all is well', async () => {
    expect((await tested(withSending({}))).stderr).not.toContain('SES');
  });

  it('is made also when SES cannot be asked', async () => {
    const { stderr } = await tested(gatewayWith({ verification: refused }));
    expect(stderr).toContain('SES could not be asked');
    expect(stderr).toContain('sent');
  });
});
