import { EventEmitter, once } from 'node:events';
import { type AddressInfo, createServer as createTcpServer, type Server, type Socket } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { createServer as createTlsServer } from 'node:tls';
import { simpleParser, type ParsedMail } from 'mailparser';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import type { IssuedCertificate } from '../tls-authority.ts';

export type ReceivedMail = { from: string; to: string[]; raw: string; parsed: ParsedMail; isSecure: boolean };

/** A mail server of the library `smtp-server`, over real TLS, that takes one user. */
export type MailServer = {
  port: number;
  mails: ReceivedMail[];
  /** Of every login that was tried. */
  logins: { user: string; password: string; method: string; isSecure: boolean }[];
  close(): Promise<void>;
};

export const USER = 'alerts@sender.example';
export const PASSWORD = 'canary-mail-password-3f9a';

export async function startMailServer(
  certificate: IssuedCertificate,
  options: SMTPServerOptions & { isTlsFirst?: boolean; password?: string; port?: number } = {},
): Promise<MailServer> {
  const { isTlsFirst = false, password: expected = PASSWORD, port = 0, ...rest } = options;
  const mails: ReceivedMail[] = [];
  const logins: MailServer['logins'] = [];
  const server = new SMTPServer({
    ...certificate,
    secure: isTlsFirst,
    // A password is taken over TLS only, and the mail only after a login.
    allowInsecureAuth: false,
    disableReverseLookup: true,
    logger: false,
    onAuth: ({ username, password, method }, session, callback) => {
      logins.push({ user: username ?? '', password: password ?? '', method, isSecure: session.secure });
      const isRight = username === USER && password === expected;
      const refusal = Object.assign(new Error('5.7.8 Username and Password not accepted'), {
        responseCode: 535,
      });
      if (isRight) callback(null, { user: username });
      else callback(refusal);
    },
    onData: (stream, session, callback) => {
      void buffer(stream).then(async (raw) => {
        const { mailFrom, rcptTo } = session.envelope;
        mails.push({
          from: mailFrom === false ? '' : mailFrom.address,
          to: rcptTo.map(({ address }) => address),
          raw: raw.toString('latin1'),
          parsed: await simpleParser(raw),
          isSecure: session.secure,
        });
        // oxlint-disable-next-line promise/no-callback-in-promise -- the server takes nothing else
        return callback(null, 'Ok: queued as 4bQ7Zx1k2Lz9');
      });
    },
    ...rest,
  });
  server.on('error', () => undefined);
  const { promise, resolve } = Promise.withResolvers<void>();
  server.listen(port, '127.0.0.1', resolve);
  await promise;
  return {
    port: (server.server.address() as AddressInfo).port,
    mails,
    logins,
    close: async () => {
      const closed = Promise.withResolvers<void>();
      server.close(() => closed.resolve());
      await closed.promise;
    },
  };
}

/** What a scripted server does when it gets a line: it replies, or says nothing (`hang`), or ends it (`reset`). */
export type Move = string;

/** The usual answers, by the first word of the line; `greeting`, `password` and `mail` are what has no word. */
export type Script = Partial<
  Record<'greeting' | 'EHLO' | 'STARTTLS' | 'AUTH' | 'MAIL' | 'RCPT' | 'DATA' | 'mail' | 'QUIT', Move>
>;

const USUAL: Required<Script> = {
  greeting: '220 mail.example ESMTP',
  EHLO: '250-mail.example\r\n250 AUTH PLAIN',
  STARTTLS: '220 go ahead',
  AUTH: '235 2.7.0 Accepted',
  MAIL: '250 2.1.0 Ok',
  RCPT: '250 2.1.5 Ok',
  DATA: '354 End data with <CR><LF>.<CR><LF>',
  mail: '250 2.0.0 Ok: queued as 4bQ7Zx1k2Lz9',
  QUIT: '221 2.0.0 Bye',
};

/** Servers that say what a test wants them to say, whatever SMTP makes of it. */
export function scriptedServers() {
  const servers = new Set<Server>();
  const sockets = new Set<Socket>();
  const hangs = new EventEmitter();

  async function listen(server: Server) {
    server.on('connection', (socket: Socket) => {
      sockets.add(socket);
      socket.on('error', () => undefined);
    });
    const { promise, resolve } = Promise.withResolvers<void>();
    server.listen(0, '127.0.0.1', resolve);
    await promise;
    servers.add(server);
    return (server.address() as AddressInfo).port;
  }

  function converse(socket: Socket, script: Script, lines: string[]): void {
    const moves = { ...USUAL, ...script };
    let isInMail = false;
    let rest = '';
    const play = (move: Move) => {
      if (move === 'reset') socket.destroy();
      else if (move === 'hang') hangs.emit('hang');
      else socket.write(`${move}\r\n`);
    };
    socket.on('error', () => undefined);
    socket.on('data', (chunk: Buffer) => {
      const parts = (rest + chunk.toString('latin1')).split('\r\n');
      rest = parts.pop() ?? '';
      for (const line of parts) {
        lines.push(line);
        if (isInMail) {
          if (line !== '.') continue;
          isInMail = false;
          play(moves.mail);
          continue;
        }
        const verb = (line.split(' ', 1)[0] ?? '').toUpperCase() as keyof Script;
        if (verb === 'DATA' && moves.DATA.startsWith('3')) isInMail = true;
        play(moves[verb] ?? '502 5.5.2 what?');
      }
    });
    play(moves.greeting);
  }

  return {
    /** TLS from the start. */
    tls: async (certificate: IssuedCertificate, script: Script = {}, lines: string[] = []) =>
      listen(
        createTlsServer(certificate, (socket) => {
          sockets.add(socket);
          converse(socket, script, lines);
        }),
      ),
    /** In the clear; it says that it takes STARTTLS, and never does anything about it. */
    open: async (script: Script = {}, lines: string[] = []) =>
      listen(createTcpServer((socket) => converse(socket, script, lines))),
    /** Whatever the test wants on a plain connection. */
    tcp: async (talk: (socket: Socket) => void) => listen(createTcpServer(talk)),
    /** Until one of them says nothing where it owes a reply. */
    hanging: async () => once(hangs, 'hang'),
    closeAll: async () => {
      for (const socket of sockets) socket.destroy();
      await Promise.all(
        [...servers].map(async (server) => {
          const { promise, resolve } = Promise.withResolvers<void>();
          server.close(() => resolve());
          await promise;
        }),
      );
    },
  };
}
