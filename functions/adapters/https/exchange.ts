import { tlsFailure } from '../net/tls-failure.ts';
import type { IncomingMessage } from 'node:http';
import { type Agent, request as httpsRequest } from 'node:https';
import type { TLSSocket } from 'node:tls';
import type { HttpAnswer, HttpPost } from '../../core/deliver/ports.ts';
import { afterSockets } from '../net/after-sockets.ts';
import type { TlsOptions } from '../net/tls-options.ts';

const MAX_HEADER_BYTES = 16 * 1024;
/** How much of an answer's body is read before the connection is closed. */
const MAX_BODY_BYTES = 64 * 1024;
const BODY_START_BYTES = 1_024;
/** A receiver may say 100 or 103 before its answer; one that goes on with it has no answer. */
const MAX_INTERIM_ANSWERS = 10;

/** Headers that the connection itself has, whatever the caller says. */
const NEVER_SENT = ['connection', 'transfer-encoding'];

/** `isConnected`: something may have arrived at the receiver. */
type ExchangeAnswer = HttpAnswer & { isConnected: boolean };

/**
 * One request to one address, and what came of it.
 *
 * An answer counts when it is complete, or 64 KiB of it were read. One that breaks off before does not: nobody
 * can tell whether the receiver meant it.
 */
export async function exchange({
  request,
  url,
  address,
  servername,
  agent,
  tlsOptions,
  deadline,
  phasesMs,
  connectWithinMs,
}: {
  request: HttpPost;
  url: URL;
  /** Vetted; the socket goes here and nowhere else. */
  address: string;
  /** What the certificate must be for; empty when that is the address itself. */
  servername: string;
  agent: Agent;
  tlsOptions: TlsOptions;
  deadline: AbortSignal;
  phasesMs: HttpAnswer['phasesMs'];
  connectWithinMs?: number;
}): Promise<ExchangeAnswer> {
  const { promise, resolve } = Promise.withResolvers<ExchangeAnswer>();
  let stage: 'connect' | 'tls' | 'response' | 'body' = 'connect';
  let stageStartedMs = performance.now();
  let tlsVersion: string | undefined;
  let interimAnswers = 0;

  const enter = (next: typeof stage, phase?: keyof typeof phasesMs) => {
    const nowMs = performance.now();
    if (phase !== undefined) phasesMs[phase] = nowMs - stageStartedMs;
    stage = next;
    stageStartedMs = nowMs;
  };

  const req = httpsRequest({
    ...tlsOptions,
    agent,
    host: address,
    servername,
    port: url.port === '' ? 443 : Number(url.port),
    path: url.pathname + url.search,
    method: 'POST',
    maxHeaderSize: MAX_HEADER_BYTES,
    headers: headerList({
      ...request.headers,
      host: url.host,
      'accept-encoding': 'identity',
      'content-length': String(Buffer.byteLength(request.body)),
    }),
  });

  let isSettled = false;
  const settle = (answer: Bare<HttpAnswer>, { isDestroyed }: { isDestroyed: boolean }) => {
    if (isSettled) return;
    isSettled = true;
    callOffConnect?.();
    deadline.removeEventListener('abort', onDeadline);
    if (isDestroyed) req.destroy();
    resolve({
      ...answer,
      phasesMs,
      address,
      ...(tlsVersion !== undefined && { tlsVersion }),
      isConnected: stage !== 'connect',
    });
  };
  const fail = (answer: FailedAnswer, detail: string) => settle({ answer, detail }, { isDestroyed: true });
  const onDeadline = () => fail('timeout', `no ${MISSING[stage]} within ${request.deadlineMs} ms`);
  const callOffConnect =
    connectWithinMs === undefined
      ? undefined
      : afterSockets(connectWithinMs, () => {
          if (stage === 'connect') fail('connection-failed', `${address} does not answer`);
        });
  deadline.addEventListener('abort', onDeadline, { once: true });

  const respond = (res: IncomingMessage, bodyStart: Uint8Array, options: { isDestroyed: boolean }) => {
    const retryAfter = res.headers['retry-after'];
    settle(
      {
        answer: 'response',
        status: res.statusCode ?? 0,
        ...(retryAfter !== undefined && { retryAfter }),
        bodyStart,
      },
      options,
    );
  };

  req.on('socket', (socket) => {
    const secure = () => {
      tlsVersion = (socket as TLSSocket).getProtocol() ?? undefined;
    };
    if (req.reusedSocket) {
      secure();
      enter('response');
      return;
    }
    socket.once('connect', () => enter('tls', 'connect'));
    socket.once('secureConnect', () => {
      secure();
      enter('response', 'tls');
    });
  });
  req.on('information', () => {
    interimAnswers += 1;
    if (interimAnswers > MAX_INTERIM_ANSWERS) fail('connection-failed', 'interim answers without an answer');
  });
  // Unasked-for; without a listener the answer would be lost.
  req.on('upgrade', (res, socket) => {
    socket.destroy();
    respond(res, new Uint8Array(), { isDestroyed: true });
  });
  req.on('response', (res) => {
    enter('body', 'first_byte');
    const start: Buffer[] = [];
    let startBytes = 0;
    let bytes = 0;
    res.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (startBytes < BODY_START_BYTES) {
        const part = chunk.subarray(0, BODY_START_BYTES - startBytes);
        start.push(part);
        startBytes += part.length;
      }
      if (bytes >= MAX_BODY_BYTES) respond(res, Buffer.concat(start), { isDestroyed: true });
    });
    res.on('end', () => respond(res, Buffer.concat(start), { isDestroyed: false }));
    res.on('error', (error) => fail('connection-failed', `answer broke off (${codeOf(error)})`));
  });
  req.on('error', (error) => fail(...failureOf(error, stage, req.reusedSocket)));
  req.end(request.body);
  return promise;
}

/**
 * Headers as a list, which is written as it is: setting them one by one costs more than a signature.
 *
 * Of names that differ in case only the last one counts, so what is ours comes last.
 */
function headerList(headers: Record<string, string>): string[] {
  const last = new Map<string, string>();
  for (const name of Object.keys(headers)) last.set(name.toLowerCase(), name);
  for (const name of NEVER_SENT) last.delete(name);
  const list: string[] = [];
  for (const name of last.values()) list.push(name, headers[name] ?? '');
  return list;
}

type Bare<T> = T extends unknown ? Omit<T, 'phasesMs' | 'address' | 'tlsVersion'> : never;
type FailedAnswer = 'timeout' | 'connection-failed' | 'tls-failed';

const MISSING = {
  connect: 'connection',
  tls: 'tls handshake',
  response: 'answer',
  body: 'end of the answer',
};

/**
 * A reused connection that the receiver had closed is not tried again here: whether the request arrived before that
 * is unknown, and a retry is the retry schedule's business.
 */
function failureOf(error: Error, stage: string, isReused: boolean): [FailedAnswer, string] {
  const code = codeOf(error);
  const failure = tlsFailure(error, 'the receiver');
  if (failure !== undefined) return ['tls-failed', failure];
  const isOfSystemOrParser = /^E[A-Z]+$|^HPE_/.test(code);
  if (stage === 'tls' && !isOfSystemOrParser) {
    return ['tls-failed', `certificate of the receiver is not valid (${code})`];
  }
  const what = code.startsWith('HPE_')
    ? 'answer is not HTTP/1.1; what listens there speaks another protocol, such as HTTP/2 only'
    : 'connection failed';
  return ['connection-failed', `${what} (${code}${isReused ? ', on a reused connection' : ''})`];
}

function codeOf(error: Error): string {
  return 'code' in error ? String(error.code) : error.name;
}
