import { hasSecret, type Source } from '../../functions/core/model/config/source.ts';
import { acceptedStatus } from '../../functions/core/ingest/accepted-status.ts';
import { addCommand } from '../command.ts';
import { CliFailure } from '../failure.ts';
import { findConfig } from '../config/find-config.ts';
import { randomOf } from '../io.ts';
import { randomUuid } from '../config/random-id.ts';
import { credentialFields, credentialHeaders } from '../source/sign-request.ts';
import { sampleOf } from '../source/samples.ts';
import { whoWasTold } from '../source/who-was-told.ts';
import { renderFields } from '../screen/table.ts';
import { inert } from '../screen/terminal.ts';
import { TOCSIN } from '../words/hint.ts';
import { shellWord } from '../../functions/core/text/shell-word.ts';
import { parseSeconds, readableMs } from '../words/time.ts';
import { ingestUrl } from '../words/views.ts';
import type { CommandFile, CommandResult } from '../command.ts';
import type { Gateway } from '../gateway.ts';
import type { Session } from '../session.ts';

type Options = { timeout?: string };

const MAX_ANSWER_CHARACTERS = 1_024;

export const addSourceTest: CommandFile = (group, run) => {
  addCommand<Options>(group, run, {
    name: 'test <name>',
    summary:
      'Post a sample alert the way the sender does, to the real URL with the stored secret; whoever is told of its alerts is told',
    examples: ['tocsin source test ci', 'tocsin source test ci --timeout 30s'],
    options(command) {
      command.option(
        '--timeout <duration>',
        'how long to wait for the answer, and then for whoever is told, 1s to 2m (default: 10s)',
      );
    },
    run: async (session, options, name = '') => {
      const timeoutSeconds = parseSeconds('--timeout', options.timeout ?? '10s', { min: 1, max: 120 });
      return testSource(session, name, timeoutSeconds);
    },
  });
};

async function testSource(session: Session, name: string, timeoutSeconds: number): Promise<CommandResult> {
  const gateway = await session.gateway();
  const source = await findConfig(gateway.config, 'source', name);
  refuseUnsendable(source);
  const sample = await signedSample(session, gateway, source);
  const sentMs = session.io.clock.now();
  const answer = await post(session, sample, timeoutSeconds);
  const latencyMs = session.io.clock.now() - sentMs;
  const isAccepted = answer.status === acceptedStatus(source);
  const alertId = isAccepted ? alertIdOf(answer.text) : undefined;
  const told =
    alertId === undefined ? undefined : await whoWasTold(session, gateway, alertId, timeoutSeconds);
  const hasFailed = !isAccepted || told?.hasFailed === true;
  const { paint } = session;
  const fields: [string, string | undefined][] = [
    ['url', sample.url],
    ['status', String(answer.status)],
    ['took', readableMs(latencyMs)],
    ['told', told?.text],
    ['answer', answer.text.slice(0, MAX_ANSWER_CHARACTERS).split('\n').map(inert).join('\n')],
  ];
  return {
    hasFailed,
    json: {
      ok: !hasFailed,
      source: { id: source.id, name: source.name },
      url: sample.url,
      status: answer.status,
      latency_ms: latencyMs,
      routing: told?.routing ?? null,
      told: told?.reached ?? null,
      deliveries: told?.deliveries ?? null,
      answer: parsed(answer.text),
    },
    text: `${paint('bold', source.name)}: ${hasFailed ? paint('red', 'FAILED') : paint('green', 'ok')}\n\n${renderFields(fields, paint)}`,
  };
}

/** Refuses a source whose requests only AWS can sign or hand over. */
function refuseUnsendable({ auth, name }: Source): void {
  if (auth.type === 'sns') {
    const [topic = ''] = auth.topics;
    throw new CliFailure(
      'signed-by-sns',
      `only SNS can sign for source ${JSON.stringify(name)}; let it: aws sns publish --topic-arn ${shellWord(topic)} --message test`,
    );
  }
  if (auth.type === 'aws-event') {
    throw new CliFailure(
      'sent-by-aws',
      `only EventBridge hands events over to source ${JSON.stringify(name)}; in a local run: ${TOCSIN} local put-event FILE; on AWS let the service make one, such as: aws guardduty create-sample-findings --detector-id ID`,
    );
  }
}

type Sample = { url: string; headers: Record<string, string>; body: string };

/** A sample of the source's format with its credential, as its sender would post it now. */
async function signedSample(
  session: Session,
  { secrets, manifest }: Gateway,
  source: Source,
): Promise<Sample> {
  const { auth, format } = source;
  const secret = hasSecret(auth) ? (await secrets.readSource(source.id)).value.current : undefined;
  const id = `test_${randomUuid(randomOf(session.io))}`;
  const { headers, json: body } = sampleOf(format, id, credentialFields(auth, secret));
  return {
    url: ingestUrl(manifest, source),
    headers: {
      'content-type': 'application/json',
      // The sample is the same every time, and a repetition would prove less.
      'idempotency-key': id,
      ...headers,
      ...credentialHeaders(auth, secret, body, { nowMs: session.io.clock.now(), id }),
    },
    body,
  };
}

/** The id of the alert that was accepted; undefined where the answer is in the words of another product. */
function alertIdOf(answer: string): string | undefined {
  const { alert_ids: ids } = Object(parsed(answer)) as { alert_ids?: unknown };
  return Array.isArray(ids) && typeof ids[0] === 'string' ? ids[0] : undefined;
}

async function post(
  session: Session,
  { url, headers, body }: Sample,
  timeoutSeconds: number,
): Promise<{ status: number; text: string }> {
  try {
    const response = await (session.io.fetch ?? fetch)(url, {
      method: 'POST',
      headers,
      body,
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutSeconds * 1_000),
    });
    return { status: response.status, text: await response.text() };
  } catch (cause) {
    const why =
      cause instanceof Error && cause.name === 'TimeoutError'
        ? `no answer after ${timeoutSeconds} s`
        : reasonOf(cause);
    throw new CliFailure('no-answer', `${url} could not be reached: ${why}`, { cause });
  }
}

/** The message of the cause: `fetch failed` alone says nothing. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
  return cause instanceof Error ? cause.message : String(cause);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text.slice(0, MAX_ANSWER_CHARACTERS);
  }
}
