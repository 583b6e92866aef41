import { hash } from 'node:crypto';
import { GatewayError } from '../errors.ts';
import { provesInBody, type Source } from '../model/config/source.ts';
import { authenticate, authenticateBody } from './authenticate.ts';
import { readBody } from './body/read-body.ts';
import { findSource } from './find-source.ts';
import type { Format } from './formats/format.ts';
import { findFormat } from './formats/index.ts';
import type { IngestRequest } from './ingest-request.ts';
import type { SourceRegistry, SourceSecrets } from './ports.ts';
import { durably, RETRY_AFTER_SECONDS, UnauthenticError } from './refusals.ts';
import { contentSha256Of } from './request-key.ts';
import { checkSnsMessages, noSnsMessage, type SnsPorts } from './sns-messages.ts';

export type AuthenticatePorts = { sources: SourceRegistry; secrets: SourceSecrets; sns: SnsPorts };

/** A request that proved whose it is, and what it holds. */
export type ProvenRequest = {
  source: Source;
  format: Format;
  documents: unknown[];
  /** Of the body as it came, and of what a repetition must repeat. */
  sentSha256: string;
  contentSha256: string;
  isRepaired: boolean;
};

/**
 * Whose request it is, by all that may prove it: what stands in a header before the body is read, then what stands in the body
 * (a routing key, the signature of SNS).
 *
 * @throws UnauthenticError where a proof is missing or wrong; what `readBody` throws, where it stood in a header and holds
 */
export async function authenticateRequest(
  request: IngestRequest,
  ports: AuthenticatePorts,
  nowMs: number,
): Promise<ProvenRequest> {
  const source = await sourceByHeader(request, ports, nowMs);
  const format = formatOf(source);
  const sentSha256 = sha256(request.body);
  const read = readDocuments(request, source, format, sentSha256);
  await provenByBody({ source, request, documents: read.documents }, format, ports, nowMs);
  return { source, format, sentSha256, ...read };
}

/** Unknown source, missing and wrong credential are one refusal: nobody learns which sources exist. */
async function sourceByHeader(
  request: IngestRequest,
  ports: AuthenticatePorts,
  nowMs: number,
): Promise<Source> {
  const source = await durably(async () => findSource(request, ports.sources));
  if (source === undefined) {
    throw new UnauthenticError('unknown-source');
  }
  const verdict = await durably(async () => authenticate(source, request, ports.secrets, nowMs));
  if (!verdict.ok) {
    throw new UnauthenticError(verdict.cause, source.id);
  }
  return source;
}

/** A source of a newer version: its sender comes again, until this one is replaced. */
function formatOf(source: Source): Format {
  const format = findFormat(source.format);
  if (format !== undefined) return format;
  throw new GatewayError(
    'not-durable',
    `the format of this source is not known to this version of the gateway`,
    { retryAfterSeconds: RETRY_AFTER_SECONDS },
  );
}

/** What the body holds, and its hash. Returns only that: a body may be 10 MiB, and its text as much again. */
function readDocuments(
  request: IngestRequest,
  source: Source,
  format: Format,
  sentSha256: string,
): { documents: unknown[]; contentSha256: string; isRepaired: boolean } {
  try {
    const { content, documents, isRepaired } = readBody(request, source, format);
    return {
      documents,
      isRepaired,
      contentSha256: contentSha256Of(request, source.auth, content, sentSha256),
    };
  } catch (error) {
    // Where the body is the proof, who sends what cannot be read has proved nothing, and is told nothing.
    if (!provesInBody(source.auth) || !(error instanceof GatewayError)) throw error;
    const because = source.auth.type === 'sns' ? noSnsMessage(request) : 'malformed-credential';
    throw new UnauthenticError(because, source.id);
  }
}

async function provenByBody(
  of: { source: Source; request: IngestRequest; documents: readonly unknown[] },
  format: Format,
  { secrets, sns }: AuthenticatePorts,
  nowMs: number,
): Promise<void> {
  const keyed = await durably(async () => authenticateBody(of.source, of.documents, secrets, nowMs));
  if (!keyed.ok) throw new UnauthenticError(keyed.cause, of.source.id);
  const sentBySns = await durably(async () => checkSnsMessages(of, format, sns, nowMs));
  if (!sentBySns.ok) throw new UnauthenticError(sentBySns.cause, of.source.id);
}

function sha256(bytes: Uint8Array): string {
  return hash('sha256', bytes);
}
