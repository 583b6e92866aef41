import { isAwsSourceId } from '../model/config/aws-events.ts';
import { isSourceId } from '../model/wire/ids.ts';
import type { Source } from '../model/config/source.ts';
import type { SourceRegistry } from './ports.ts';
import type { IngestRequest } from './ingest-request.ts';

/**
 * The source that a request is for; undefined when there is none, or it is disabled. A text that is no id of a source is
 * not looked up: a key that the table refuses would be a fault of ours, which anybody could cause. Nor is a source of the AWS
 * door over HTTP: everybody knows its id, and strangers must leave no trace on its health.
 *
 * @throws what the registry throws when it cannot be read
 */
export async function findSource(
  request: Pick<IngestRequest, 'sourceId' | 'via'>,
  sources: SourceRegistry,
): Promise<Source | undefined> {
  const mayBeThere =
    isSourceId(request.sourceId) && isAwsSourceId(request.sourceId) === (request.via === 'aws-event');
  const source = mayBeThere ? await sources.find(request.sourceId) : undefined;
  return source?.isEnabled === true ? source : undefined;
}
