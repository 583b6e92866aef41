import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { PASSWORD, startMailServer, USER, type MailServer } from '../adapters/mail-servers.ts';
import { tlsAuthority } from '../tls-authority.ts';
import {
  runGateway,
  type Accepted,
  type CreatedDestination,
  type CreatedSource,
  type RunningGateway,
  type ShownDelivery,
} from './running-gateway.ts';

const PATIENCE = { timeout: 20_000, interval: 200 };
const NEW_PASSWORD = 'canary-second-password';

const authority = tlsAuthority('Mail Authority');
const certificate = authority.issue({ hosts: ['localhost', '127.0.0.1'] });
let gateway: RunningGateway;
let server: MailServer;
let source: CreatedSource;
let caFile: string;

beforeAll(async () => {
  gateway = await runGateway();
  server = await startMailServer(certificate);
  caFile = gateway.file('mail-ca.pem', authority.ca);
  source = await gateway.tocsin<CreatedSource>(
    ...'source create --name app --format generic --auth bearer'.split(' '),
  );
});

afterAll(async () => {
  await gateway.close();
  await server.close();
});

async function create(port: number): Promise<CreatedDestination> {
  const settings = `--name oncall --to ana@receiver.example --transport smtp --smtp-host localhost --smtp-port ${port} --smtp-security starttls --smtp-user ${USER} --from ${USER} --ca-file ${caFile} --password-stdin`;
  return JSON.parse(
    await stdoutOf(`destination create email ${settings} --json`, PASSWORD),
  ) as CreatedDestination;
}

async function stdoutOf(command: string, stdin?: string): Promise<string> {
  const io =
    stdin === undefined
      ? {}
      : {
          stdin: (async function* () {
            yield stdin;
          })(),
        };
  const { code, stdout, stderr } = await gateway.tryTocsin(command.split(' '), io);
  expect(code, stderr).toBe(0);
  return stdout;
}

async function alert(title: string): Promise<string> {
  const answer = await fetch(source.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${source.secret}` },
    body: JSON.stringify({ title, severity: 'high' }),
  });
  const [id = ''] = ((await answer.json()) as Accepted).alert_ids;
  return id;
}

async function deliveryOf(alertId: string): Promise<ShownDelivery> {
  const { deliveries } = await gateway.tocsin<{ deliveries: ShownDelivery[] }>(
    ...`deliveries list --alert ${alertId}`.split(' '),
  );
  return deliveries[0]!;
}

describe('an e-mail destination with a mail server of its own', () => {
  it(
    'gets alerts over STARTTLS; a password that ends is told, and what failed is sent after the new one',
    { timeout: 45_000 },
    async () => {
      await create(server.port);
      const first = await alert('Disk is full');
      await vi.waitFor(() => expect(server.mails).toHaveLength(1), PATIENCE);
      const [mail] = server.mails;
      expect(mail).toMatchObject({ from: USER, to: ['ana@receiver.example'], isSecure: true });
      expect(mail?.parsed.subject).toBe('[HIGH] Disk is full');
      expect(mail?.parsed.from?.value).toMatchObject([{ address: USER }]);
      expect(mail?.parsed.messageId).toMatch(/@sender\.example>$/);
      // SES was not asked.
      const mailbox = (await (await fetch(`${gateway.local.url}/local/mail.json`)).json()) as unknown[];
      expect(mailbox).toEqual([]);

      let shown = '';
      await vi.waitFor(async () => {
        const { id, state } = await deliveryOf(first);
        expect(state).toBe('delivered');
        shown = await stdoutOf(`deliveries show ${id}`);
      }, PATIENCE);
      for (const words of ['250', 'TLSv1.3', '4bQ7Zx1k2Lz9', '127.0.0.1']) expect(shown).toContain(words);
      const tested = await stdoutOf('destination test oncall');
      expect(tested).toContain('oncall: ok');
      expect(server.mails).toHaveLength(2);

      // The account gets another password.
      await server.close();
      const { port } = server;
      server = await startMailServer(certificate, { password: NEW_PASSWORD, port });
      const second = await alert('Disk is fuller');
      await vi.waitFor(async () => {
        expect(await deliveryOf(second)).toMatchObject({
          state: 'dead',
          reason: 'mail-login-refused',
          attempts: [{ status: 535, outcome: 'failed' }],
        });
      }, PATIENCE);
      expect(await stdoutOf('dead-letters list')).toContain('mail-login-refused');

      await stdoutOf('destination rotate oncall --password-stdin', NEW_PASSWORD);
      await stdoutOf('dead-letters redrive --destination oncall --reason mail-login-refused');
      await vi.waitFor(() => expect(server.mails).toHaveLength(1), PATIENCE);
      expect(server.mails[0]?.parsed.subject).toBe('[HIGH] Disk is fuller');
      await vi.waitFor(async () => expect((await deliveryOf(second)).state).toBe('delivered'), PATIENCE);

      const everything = JSON.stringify([
        await gateway.tocsin('destination', 'show', 'oncall'),
        await deliveryOf(second),
        await gateway.tocsin('dead-letters', 'list'),
        gateway.errors,
      ]);
      expect(everything).not.toContain('canary');
    },
  );
});
