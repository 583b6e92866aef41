import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { memoryGateway } from '../cli/memory-gateway.ts';
import { run } from '../cli/run.ts';
import type { SmtpAnswer } from '../../functions/core/deliver/email/smtp/smtp-client.ts';

const PAGE = readFileSync(new URL('../../docs/smtp.md', import.meta.url), 'utf8');
const COMMANDS = [...PAGE.matchAll(/^(.*)npx tocsin (.*)$/gm)].map(([, before = '', line = '']) => ({
  line,
  isPiped: before.endsWith('| '),
}));
const TAKEN: SmtpAnswer = { answer: 'done', stage: 'login', code: 235, reply: '235 ok', phasesMs: {} };

/** A person at a terminal, who gives Gmail what the page says. */
const ANSWERS: Record<string, string> = {
  Name: 'oncall',
  Recipients: 'oncall@example.com',
  'User name': 'me@gmail.com',
  Address: 'me@gmail.com',
  'App Password': 'abcd efgh ijkl mnop',
  Mail: 'smtp.gmail.com',
  Port: '587',
};

async function follow(line: string, isPiped: boolean, gateway = memoryGateway()) {
  const answer = async ({ message }: { message: string }) =>
    Object.entries(ANSWERS).find(([start]) => message.startsWith(start))?.[1] ?? '';
  const ran = await run([...line.split(' '), ...(line.startsWith('setup') ? ['--no-test'] : [])], {
    gateway,
    sleep: async () => undefined,
    mailServers: { login: async () => TAKEN },
    ...(isPiped
      ? { stdin: 'a password' }
      : {
          prompts: {
            text: answer,
            secret: answer,
            choice: async ({ choices }) =>
              (choices.find(({ value }) => value === 'smtp') ?? choices[0]!).value,
            confirm: async () => true,
          },
        }),
  });
  return { ...ran, gateway };
}

/** Commands that wait for a delivery, which no gateway in memory makes. */
const WAITS = /^destination test/;

describe('the page about mail servers', () => {
  it('has commands, and one of each kind', () => {
    const kinds = new Set(COMMANDS.map(({ line }) => line.split(' ').slice(0, 2).join(' ')));
    expect([...kinds].sort()).toEqual([
      'dead-letters redrive',
      'deliveries list',
      'destination create',
      'destination rotate',
      'destination test',
      'destination update',
      'setup --channel',
    ]);
  });

  it.each(COMMANDS.filter(({ line }) => /^(setup|destination create)/.test(line)))(
    'creates a destination with a mail server: $line',
    async ({ line, isPiped }) => {
      const { code, stderr, gateway } = await follow(line, isPiped);
      expect(code, stderr).toBe(0);
      expect([...gateway.kept.config.destination.values()]).toMatchObject([{ transport: { type: 'smtp' } }]);
    },
  );

  it.each(COMMANDS.filter(({ line }) => !/^(setup|destination create)/.test(line) && !WAITS.test(line)))(
    'works on the destination that the page creates: $line',
    async ({ line, isPiped }) => {
      const create = COMMANDS.find((command) => command.line.startsWith('destination create'));
      const { gateway } = await follow(create?.line ?? '', true);
      for (const [id, secret] of gateway.kept.secrets) {
        gateway.kept.secrets.set(id, { ...(secret as object), current: 'an old password' });
      }
      const { code, stderr } = await follow(line, isPiped, gateway);
      expect(code, stderr).toBe(0);
    },
  );

  it('takes the App Password as Google shows it', async () => {
    const gmail = COMMANDS.find(({ line }) => line.includes('smtp.gmail.com'));
    const { gateway } = await follow(gmail?.line ?? '', false);
    expect([...gateway.kept.secrets.values()]).toEqual([{ current: 'abcdefghijklmnop' }]);
  });
});
