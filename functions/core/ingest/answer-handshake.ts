import type { SourceRegistry } from './ports.ts';
import { findSource } from './find-source.ts';
import { findFormat } from './formats/index.ts';
import type { HandshakeAnswer } from './formats/format.ts';
import type { IngestRequest } from './ingest-request.ts';

/**
 * The answer to a vendor who asks whether we are willing before it sends: Okta's challenge, the origin check of
 * CloudEvents. Undefined when the request is nothing of the kind, or its source unknown or disabled.
 *
 * Nobody proves anything here, so an answer repeats only what the request itself said, and nothing is stored.
 *
 * @throws what the registry throws when it cannot be read: the vendor asks again.
 */
export async function answerHandshake(
  request: Pick<IngestRequest, 'sourceId' | 'method' | 'headers'>,
  sources: SourceRegistry,
): Promise<HandshakeAnswer | undefined> {
  if (request.method === 'POST') {
    return undefined;
  }
  const source = await findSource(request, sources);
  return source === undefined ? undefined : findFormat(source.format)?.handshake?.(request);
}
