import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PASSWORD, startMailServer, USER } from '../adapters/mail-servers.ts';
import { tlsAuthority } from '../tls-authority.ts';
import { startReceiver, type Receiver } from './receiver.ts';
import { runGateway, type RunningGateway } from './running-gateway.ts';

/** `script` of util-linux runs a command on a terminal of its own, and passes on what is typed into it. */
const HAS_SCRIPT = spawnSync('script', ['--version']).status === 0;
const MAIN = resolve(import.meta.dirname, '../../cli/main.ts');
const TOKEN = 'canary-token-that-no-terminal-shows';
const ENTER = '\r';
const DOWN = '\u001b[B';
const CTRL_C = '\u0003';

let gateway: RunningGateway;
let receiver: Receiver;

beforeAll(async () => {
  if (!HAS_SCRIPT) {
    process.stderr.write('skipped: the wizard on a terminal needs the command script of util-linux\n');
    return;
  }
  gateway = await runGateway();
  receiver = await startReceiver();
});

afterAll(async () => {
  await gateway?.close();
  await receiver?.close();
});

/** The real process on a real terminal. */
function terminal(...argv: string[]) {
  const words = [process.execPath, MAIN, '--data', gateway.dataDir, ...argv];
  const command = words.map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(' ');
  const child = spawn('script', ['-qec', command, '/dev/null'], {
    env: { ...process.env, TERM: 'xterm' },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  let output = '';
  let seen = 0;
  let look = (): void => undefined;
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    output += chunk;
    look();
  });
  const ended = once(child, 'close').then(([code]) => code as number);
  return {
    /** Waits until the terminal shows a text that it has not shown before, and types. */
    answer: async (text: string, keys: string): Promise<void> => {
      const shown = new Promise<void>((found) => {
        look = () => {
          const at = stripVTControlCharacters(output).indexOf(text, seen);
          if (at < 0) return;
          seen = at + text.length;
          found();
        };
      });
      look();
      const early = ended.then((code) => {
        throw new Error(`ended with ${code} before it showed ${JSON.stringify(text)}:\n${output}`);
      });
      await Promise.race([shown, early]);
      look = () => undefined;
      child.stdin.write(keys);
    },
    ended,
    output: () => stripVTControlCharacters(output),
  };
}

// Without the command there is no terminal to try it on; the run says so above.
describe.skipIf(!HAS_SCRIPT)('the wizard on a terminal', () => {
  it(
    'asks at a terminal, hides the token, and delivers a test alert with it',
    { timeout: 60_000 },
    async () => {
      const ca = gateway.file('ca.pem', receiver.ca);
      const { answer, ended, output } = terminal('setup', '--channel', 'webhook', '--ca-file', ca);
      await answer('Name, as you will call it', `siem${ENTER}`);
      await answer('URL to post to', `${receiver.url}${ENTER}`);
      await answer('What does the receiver understand?', ENTER);
      await answer('How does the receiver know that it is us?', `${DOWN}${ENTER}`);
      await answer('Who makes the token?', ENTER);
      await answer('The token', `short${ENTER}`);
      await answer('has 5 characters; expected at least 16', '');
      await answer('The token', `${TOKEN}${ENTER}`);
      await answer('Which alerts does it take?', ENTER);
      await answer('When an attempt fails, try again', ENTER);
      await answer('TLSv1.3 with 127.0.0.1', '');
      await answer('Create it?', ENTER);
      await answer('Send a test alert now?', ENTER);
      expect(await ended, output()).toBe(0);
      expect(output()).toContain('siem: ok');
      expect(output()).not.toContain('canary');
      expect(receiver.posts.map(({ headers }) => headers.authorization)).toEqual([`Bearer ${TOKEN}`]);
      expect(receiver.posts[0]?.body).toContain('tocsin.test');
      expect(await gateway.tocsin('destination', 'list')).toMatchObject({
        destinations: [{ name: 'siem', is_enabled: true }],
      });
    },
  );

  it(
    'asks for a mail server, hides its password, logs in and sends a mail',
    { timeout: 30_000 },
    async () => {
      const authority = tlsAuthority();
      const server = await startMailServer(authority.issue(), { isTlsFirst: true });
      const ca = gateway.file('mail-ca.pem', authority.ca);
      const { answer, ended, output } = terminal('setup', '--channel', 'email', '--ca-file', ca);
      await answer('Name, as you will call it', `board${ENTER}`);
      await answer('Recipients', `ana@receiver.example${ENTER}`);
      await answer('What should the mail tell them?', ENTER);
      await answer('Which alerts does it take?', ENTER);
      // The authority of a mail server says that there is one.
      await answer('Mail server', `localhost${ENTER}`);
      await answer('Port: 587', `${server.port}${ENTER}`);
      await answer('How does TLS begin', `${DOWN}${ENTER}`);
      await answer('User name', `${USER}${ENTER}`);
      await answer('Address that the mails come from', ENTER);
      await answer('Password', `canary-wrong${ENTER}`);
      await answer('it does not take the user and password (535)', '');
      await answer('What now?', ENTER);
      await answer('Password', `${PASSWORD}${ENTER}`);
      await answer('it takes the user and password', '');
      await answer('Create it?', ENTER);
      await answer('Send a test alert now?', ENTER);
      expect(await ended, output()).toBe(0);
      expect(output()).toContain('board: ok');
      expect(output()).not.toContain('canary');
      expect(server.mails).toMatchObject([{ from: USER, to: ['ana@receiver.example'], isSecure: true }]);
      await server.close();
    },
  );

  it('creates nothing when Ctrl-C is pressed', { timeout: 30_000 }, async () => {
    const { answer, ended, output } = terminal('setup', '--channel', 'email');
    await answer('Name, as you will call it', `oncall${ENTER}`);
    await answer('Recipients', CTRL_C);
    expect(await ended, output()).toBe(130);
    expect(output()).toContain('nothing was created');
    const { destinations } = await gateway.tocsin<{ destinations: { name: string }[] }>(
      'destination',
      'list',
    );
    expect(destinations.map(({ name }) => name)).not.toContain('oncall');
  });
});
