import type { DeliveryMessage } from '../../model/wire/delivery.ts';
import type { WebhookDestination } from '../../model/config/destination.ts';
import { UnreadableConfigError } from '../../model/config/unreadable-config.ts';
import type { DigestSummary } from '../../model/wire/digest.ts';
import type { StoryNote } from '../../model/wire/story.ts';
import type { Clock } from '../../world.ts';
import type { DestinationSecrets, HttpAnswer, HttpSender } from '../ports.ts';
import type { WebhookSecret } from '../../model/config/credential.ts';
import { singleSecret } from '../../signing/live-secrets.ts';
import type { Answered, Facts, Prepared } from '../attempt.ts';
import type { AddressTier } from './address-tier.ts';
import { classifyAnswer } from './classify-answer.ts';
import type { Refusal, WebhookFormat } from './formats/format.ts';
import { findWebhookFormat } from './formats/index.ts';
import { parseWebhookUrl } from './guard-url.ts';
import { endpointUrl } from './secret-url.ts';
import { pastableSteps } from './pastable-steps.ts';
import { webhookHeaders } from './sign.ts';
import { secretProblem } from './secret-problem.ts';
import { withoutSecrets } from './without-secrets.ts';

/** DNS, connect, TLS, headers and body together. */
const DEADLINE_MS = 10_000;
const EXCERPT_BYTES = 1024;
const utf8 = new TextDecoder();

export type PostPorts = {
  secrets: DestinationSecrets;
  http: HttpSender;
  clock: Clock;
  /** Where the posts of this network may go. */
  addresses: AddressTier;
  /** Which gateway the commands of system alerts are for, as `withTarget` takes it. */
  target?: string;
};

/**
 * A POST to a webhook destination. The body of an earlier attempt is used as it is; the secrets are those
 * of now, so that a retry after a rotation is signed with the new one.
 *
 * @param story how often the alert was seen, where it is told once more
 * @param summary what a digest says, whose alert sums it up
 * @throws what the secret store throws, and UnreadableConfigError when configuration and secret are not enough to post
 */
export async function preparePost(
  message: DeliveryMessage,
  destination: WebhookDestination,
  ports: PostPorts,
  { story, summary }: { story?: StoryNote; summary?: DigestSummary } = {},
): Promise<Prepared> {
  const format = findWebhookFormat(destination.format);
  if (format === undefined) {
    throw new UnreadableConfigError(
      `destination ${JSON.stringify(destination.name)} has the unknown format ${destination.format}`,
    );
  }
  const secret = await ports.secrets.webhookSecret(destination.id, destination.version);
  const problem = secretProblem(destination, secret);
  if (problem !== undefined) {
    const { id, name } = destination;
    throw new UnreadableConfigError(`destination ${JSON.stringify(name)}: ${problem}`, {
      kind: 'destination',
      id,
      name,
      isSecret: true,
      problem,
    });
  }
  const endpoint = endpointUrl(destination, secret);
  const context = {
    deliveryId: message.delivery_id,
    createdAt: message.created_at,
    destination,
    ...(story !== undefined && { story }),
  };
  const { digest } = message;
  const alert = pastableSteps(message.alert, ports.target ?? '');
  const body =
    message.body ??
    (digest === undefined || summary === undefined
      ? undefined
      : format.renderDigest?.(alert, digest, summary)) ??
    format.render(alert, context);
  return {
    body,
    message: { ...message, body },
    schedule: destination.retry,
    send: async () => post({ message, destination, endpoint, secret, body, format }, ports),
  };
}

type Post = {
  message: DeliveryMessage;
  destination: WebhookDestination;
  endpoint: string;
  secret: WebhookSecret;
  body: string;
  format: WebhookFormat;
};

async function post(given: Post, ports: PostPorts): Promise<Answered> {
  const { message, destination, endpoint, secret, format } = given;
  // A URL that was fine when it was created may not be fine by today's rules.
  const url = format.target?.(endpoint, message.alert) ?? endpoint;
  const parsed = parseWebhookUrl(url, ports.addresses);
  if (!parsed.ok) {
    return { verdict: 'failed', reason: 'refused-url', facts: { detail: parsed.problem } };
  }
  const body = withCredential(given, ports.clock.now());
  const answer = await ports.http.post({
    url,
    headers: webhookHeaders({ message, destination, secret, body, format }, ports.clock.now()),
    body,
    deadlineMs: DEADLINE_MS,
    tls: {
      ...(secret.ca !== undefined && { ca: secret.ca }),
      ...(secret.certificate !== undefined && { certificate: secret.certificate }),
      ...(secret.key !== undefined && { key: secret.key }),
    },
  });
  const facts = factsOf(answer, secret);
  const refusal = refusalOf(answer, format);
  if (refusal === undefined) return { ...classifyAnswer(answer, ports.clock.now()), facts };
  const words = withoutSecrets(inertText(new TextEncoder().encode(refusal.words)), secret);
  return {
    ...(refusal.isBusy === true
      ? { verdict: 'retry', reason: 'receiver-busy' }
      : { verdict: 'failed', reason: 'receiver-rejected' }),
    facts: { ...facts, detail: `the receiver answered with success and says that it failed: ${words}` },
  };
}

/** The body that is kept and queued never holds a credential; some receivers want it inside. */
function withCredential({ body, secret, format }: Post, nowMs: number): string {
  const { current } = secret;
  return format.withCredential === undefined || current === undefined
    ? body
    : format.withCredential(body, singleSecret({ ...secret, current }, nowMs));
}

/** The objection of a receiver of this format that answered a body with a 2xx; undefined where it has none. */
function refusalOf(answer: HttpAnswer, format: WebhookFormat): Refusal | undefined {
  if (answer.answer !== 'response') return undefined;
  const isSuccess = answer.status >= 200 && answer.status <= 299;
  return isSuccess ? format.refusal?.(utf8.decode(answer.bodyStart)) : undefined;
}

function factsOf(answer: HttpAnswer, secret: WebhookSecret): Facts {
  const { phasesMs, address, tlsVersion } = answer;
  const facts: Facts = {
    phases_ms: Object.fromEntries(Object.entries(phasesMs).map(([phase, ms]) => [phase, Math.round(ms)])),
    ...(address !== undefined && { address }),
    ...(tlsVersion !== undefined && { tls_version: tlsVersion }),
  };
  if (answer.answer !== 'response') {
    return { ...facts, detail: answer.detail };
  }
  const excerpt = withoutSecrets(inertText(answer.bodyStart), secret);
  return {
    ...facts,
    status: answer.status,
    ...((answer.status < 200 || answer.status > 299) && {
      detail: describeRefusal(answer.status),
    }),
    ...(excerpt !== '' && { response_excerpt: excerpt }),
  };
}

/** A status in words, with what an operator can do about it where that is plain. */
function describeRefusal(status: number): string {
  const what = `the receiver answered ${String(status)}`;
  if (status >= 300 && status <= 399) {
    return `${what}: redirects are not followed; give the destination the final url`;
  }
  return status === 401 || status === 403 ? `${what}: it does not take our credential or signature` : what;
}

/** The start of the answer as text that does nothing wherever it is shown: control characters are made visible. */
function inertText(bytes: Uint8Array): string {
  return utf8
    .decode(bytes.subarray(0, EXCERPT_BYTES))
    .replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\ufffe\uffff]/gu, '\ufffd');
}
