import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import SMTPConnection from 'nodemailer/lib/smtp-connection';
import type { SmtpAnswer, SmtpServer, SmtpStage } from '../../core/deliver/email/smtp/smtp-client.ts';
import type { TlsOptions } from '../net/tls-options.ts';
import { CLOSED, socketFailure } from './socket.ts';

/** A reply has lines of 512 bytes (RFC 5321, section 4.5.3.1.5), and few of them. */
const MAX_REPLY_BYTES = 16 * 1024;
const REPLY_START_LENGTH = 2_048;
/** How long a server may take to say goodbye; nobody waits for it. */
const GOODBYE_MS = 1_000;
/** The timers of the library only matter should ours fail. */
const SPARE_MS = 5_000;

export type Envelope = { from: string; to: string; message: Uint8Array };
type Bare<T> = T extends unknown ? Omit<T, 'phasesMs' | 'address'> : never;
type ConversationAnswer = Bare<SmtpAnswer>;

/**
 * One conversation on a fresh connection: greeting, STARTTLS where the connection is not secure yet, login and, when
 * there is one, one mail to one recipient.
 *
 * The user and password are sent over TLS only, whatever the server offers.
 */
export async function smtpConversation({
  server,
  socket,
  tlsOptions,
  clientName,
  envelope,
  deadline,
  deadlineMs,
}: {
  server: SmtpServer;
  socket: Socket;
  tlsOptions: TlsOptions;
  /** What we call ourselves: our own host name is nobody's business. */
  clientName: string;
  envelope?: Envelope | undefined;
  deadline: AbortSignal;
  deadlineMs: number;
}): Promise<ConversationAnswer> {
  const { promise, resolve } = Promise.withResolvers<ConversationAnswer>();
  let stage: SmtpStage = 'greeting';
  const isSecured = server.security === 'tls';
  const connection = new SMTPConnection({
    connection: socket,
    host: server.host,
    port: server.port,
    secure: isSecured,
    secured: isSecured,
    // No STARTTLS, no mail: the library asks for it even where it is not offered.
    requireTLS: !isSecured,
    name: clientName,
    tls: tlsOptions,
    maxResponseSize: MAX_REPLY_BYTES,
    connectionTimeout: deadlineMs + SPARE_MS,
    greetingTimeout: deadlineMs + SPARE_MS,
    socketTimeout: deadlineMs + SPARE_MS,
    socketCloseTimeout: 0,
  });

  let isSettled = false;
  const settle = (answer: ConversationAnswer) => {
    if (isSettled) return;
    isSettled = true;
    deadline.removeEventListener('abort', onDeadline);
    const tlsVersion = connection._socket instanceof TLSSocket ? connection._socket.getProtocol() : null;
    if (answer.answer === 'done') leave(connection);
    else connection.close();
    resolve({ ...answer, ...(typeof tlsVersion === 'string' && { tlsVersion }) });
  };
  const fail = (error: SmtpError) => {
    const isInHandshake = connection.upgrading === true;
    settle(answerOf(error, isInHandshake ? 'tls' : stage, server));
  };
  const onDeadline = () => {
    const at = connection.upgrading === true ? 'tls' : stage;
    settle({
      answer: 'timeout',
      stage: at,
      detail: `no ${MISSING[at]} within ${deadlineMs} ms${HINTS[at] ?? ''}`,
    });
  };
  const done = (reply: string) =>
    settle({ answer: 'done', stage, code: codeOfReply(reply), reply: shownReply(reply, server) });

  deadline.addEventListener('abort', onDeadline, { once: true });
  connection.on('error', (error: SmtpError) => fail(error));
  connection.once('end', () => settle({ stage, ...socketFailure(CLOSED, { isInHandshake: false }) }));
  connection.connect((connectError) => {
    if (connectError !== undefined) return fail(connectError);
    // Cannot happen with `requireTLS`; a password is too dear to rely on one option of a library.
    if (!connection.secure) {
      return settle({ answer: 'tls-failed', stage: 'tls', detail: 'the connection is not encrypted' });
    }
    if (!connection.allowsAuth) {
      return settle({
        answer: 'no-login',
        detail: `the mail server offers no login on port ${server.port}`,
      });
    }
    stage = 'login';
    connection.login({ user: server.user, pass: server.password }, (loginError) => {
      if (loginError !== null) return fail(loginError);
      if (envelope === undefined) return done(String(connection.lastServerResponse));
      stage = 'message';
      const { from, to, message } = envelope;
      connection.send(
        { from, to: [to], size: message.byteLength },
        Buffer.from(message),
        (sendError, info) => {
          if (sendError !== null) return fail(sendError);
          done(info?.response ?? '');
        },
      );
    });
  });
  if (deadline.aborted) onDeadline();
  return promise;
}

type SmtpError = Error & {
  code?: string | undefined;
  originalCode?: string | undefined;
  response?: string | undefined;
  responseCode?: number | undefined;
  command?: string | undefined;
};

const MISSING: Record<SmtpStage, string> = {
  dns: 'answer of dns',
  connect: 'connection',
  tls: 'tls handshake',
  greeting: 'greeting',
  login: 'answer to the login',
  sender: 'answer to the sender',
  recipient: 'answer to the recipient',
  message: 'answer to the mail',
};

/** A server that expects TLS from the first byte waits for the client, and the client waits for its greeting. */
const HINTS: Partial<Record<SmtpStage, string>> = {
  greeting: '; a port such as 465 wants TLS from the first byte: then the security is tls, and not starttls',
};

const STAGES: [RegExp, SmtpStage][] = [
  [/^AUTH/, 'login'],
  [/^MAIL/, 'sender'],
  [/^RCPT/, 'recipient'],
  [/^DATA/, 'message'],
];

function answerOf(error: SmtpError, during: SmtpStage, server: SmtpServer): ConversationAnswer {
  const stage = STAGES.find(([command]) => command.test(error.command ?? ''))?.[1] ?? during;
  const code = error.responseCode;
  if (error.command === 'STARTTLS') {
    const said = code === undefined ? '' : ` (it answered ${code})`;
    return {
      answer: 'tls-failed',
      stage: 'tls',
      detail: `the mail server does not take STARTTLS${said}; without TLS nothing is sent`,
    };
  }
  if (code !== undefined && code >= 200 && code <= 599 && error.response !== undefined) {
    return { answer: 'refused', stage, code, reply: shownReply(error.response, server) };
  }
  if (error.code === 'ETIMEDOUT') {
    return { answer: 'timeout', stage, detail: `no ${MISSING[stage]} in time${HINTS[stage] ?? ''}` };
  }
  if (error.code === 'EPROTOCOL' || error.response !== undefined) {
    return { answer: 'connection-failed', stage, detail: 'the answer is not that of a mail server' };
  }
  if (error.code === 'EMESSAGE') {
    return {
      answer: 'refused',
      stage,
      code: 552,
      reply: '552 the mail is larger than the server says it takes',
    };
  }
  return { stage, ...socketFailure(causeOf(error), { isInHandshake: during === 'tls' }) };
}

/** Nodemailer keeps the code of the socket's error beside its own. */
function causeOf(error: SmtpError): Error {
  return error.originalCode === undefined
    ? CLOSED
    : Object.assign(new Error(error.message), { code: error.originalCode });
}

/** Says goodbye, and does not wait for the answer. */
function leave(connection: SMTPConnection): void {
  connection.quit();
  setTimeout(() => connection.close(), GOODBYE_MS).unref();
}

function codeOfReply(reply: string): number {
  return Number(/^\d{3}/.exec(reply)?.[0] ?? 250);
}

/** The start of a reply. A server may repeat what it was sent, so that is taken out, in the forms that it was sent. */
function shownReply(reply: string, { user, password }: SmtpServer): string {
  const base64 = (text: string) => Buffer.from(text).toString('base64');
  const sent = [base64(`\0${user}\0${password}`), base64(password), password];
  return sent
    .reduce((text, secret) => text.replaceAll(secret, '***'), reply.slice(0, MAX_REPLY_BYTES))
    .slice(0, REPLY_START_LENGTH);
}
