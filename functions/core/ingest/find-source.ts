import { isSourceId } from '../model/wire/ids.ts';
import type { Source } from '../model/config/source.ts';
import type { SourceRegistry } from './ports.ts';
import type { IngestRequest } from './ingest-request.ts';

/**
 * The source that a request is for; undefined when there is none, or it is disabled. A text that is no id of a source is
 * not looked up: a key that the table refuses would be a fault of ours, which anybody could cause.
 *
 * @throws what the registry throws when it cannot be read
 */
export async function findSource(
  request: Pick<IngestRequest, 'sourceId'>,
  sources: SourceRegistry,
): Promise<Source | undefined> {
  const source = isSourceId(request.sourceId) ? await sources.find(request.sourceId) : undefined;
  return source?.isEnabled === true ? source : undefined;
}
