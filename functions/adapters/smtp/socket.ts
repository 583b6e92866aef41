import { tlsFailure } from '../net/tls-failure.ts';
import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import type { SmtpAnswer } from '../../core/deliver/email/smtp/smtp-client.ts';
import { afterSockets } from '../net/after-sockets.ts';
import type { TlsOptions } from '../net/tls-options.ts';

type OpenedSocket =
  | { socket: Socket | TLSSocket }
  | {
      answer: 'timeout' | 'connection-failed' | 'tls-failed';
      stage: 'connect' | 'tls';
      detail: string;
    };

/**
 * A connection to one vetted address; with `tls` the handshake is done, and the certificate is for `servername`.
 *
 * @param servername empty when the certificate must be for the address itself.
 */
export async function openSmtpSocket({
  address,
  port,
  security,
  servername,
  tlsOptions,
  deadline,
  deadlineMs,
  phasesMs,
  connectWithinMs,
}: {
  address: string;
  port: number;
  security: 'starttls' | 'tls';
  servername: string;
  tlsOptions: TlsOptions;
  deadline: AbortSignal;
  deadlineMs: number;
  phasesMs: SmtpAnswer['phasesMs'];
  connectWithinMs?: number;
}): Promise<OpenedSocket> {
  const { promise, resolve } = Promise.withResolvers<OpenedSocket>();
  const startedMs = performance.now();
  let stage: 'connect' | 'tls' = 'connect';
  const socket =
    security === 'tls'
      ? connectTls({ ...tlsOptions, host: address, port, servername })
      : connectTcp({ host: address, port });

  const settle = (opened: OpenedSocket) => {
    callOffConnect?.();
    deadline.removeEventListener('abort', onDeadline);
    socket.off('error', onError).off('close', onClose);
    if (!('socket' in opened)) {
      // What comes of a socket that nobody wants any more is nobody's business.
      socket.on('error', () => undefined);
      socket.destroy();
    }
    resolve(opened);
  };
  const onDeadline = () =>
    settle({
      answer: 'timeout',
      stage,
      detail: `no ${stage === 'connect' ? 'connection' : 'tls handshake'} within ${deadlineMs} ms`,
    });
  const callOffConnect =
    connectWithinMs === undefined
      ? undefined
      : afterSockets(connectWithinMs, () => {
          if (stage !== 'connect') return;
          settle({ answer: 'connection-failed', stage, detail: `${address} does not answer` });
        });
  deadline.addEventListener('abort', onDeadline, { once: true });
  const onError = (error: Error) =>
    settle({ stage, ...socketFailure(error, { isInHandshake: stage === 'tls' }) });
  const onClose = () => settle({ stage, ...socketFailure(CLOSED, { isInHandshake: false }) });
  socket.once('error', onError).once('close', onClose);
  socket.once('connect', () => {
    phasesMs.connect = performance.now() - startedMs;
    if (security === 'tls') stage = 'tls';
    else settle({ socket });
  });
  socket.once('secureConnect', () => {
    phasesMs.tls = performance.now() - startedMs - (phasesMs.connect ?? 0);
    settle({ socket });
  });
  if (deadline.aborted) onDeadline();
  return promise;
}

/** The other side has closed. */
export const CLOSED: Error = Object.assign(new Error('closed'), { code: 'ECONNRESET' });

/** The failure that an error of a socket means: of the connection, or of TLS. */
export function socketFailure(
  error: Error,
  { isInHandshake }: { isInHandshake: boolean },
): { answer: 'connection-failed' | 'tls-failed'; detail: string } {
  const code = codeOf(error);
  const failure = tlsFailure(error, 'the mail server');
  if (failure !== undefined) return { answer: 'tls-failed', detail: failure };
  return isInHandshake && !/^E[A-Z]+$/.test(code)
    ? { answer: 'tls-failed', detail: `certificate of the mail server is not valid (${code})` }
    : { answer: 'connection-failed', detail: `connection failed (${code})` };
}

function codeOf(error: Error): string {
  return 'code' in error ? String(error.code) : error.name;
}
