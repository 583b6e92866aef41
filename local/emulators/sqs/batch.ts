import type { JsonObject } from '../../json-object.ts';
import { AwsError } from '../aws-error.ts';
import { objectList, optionalText } from '../read-input.ts';

type Failure = { Id: string; SenderFault: boolean; Code: string; Message: string };

/** Runs one action for every entry of a batch; refusals land in `Failed`, entry by entry, as SQS answers them. */
export function runBatch(
  input: JsonObject,
  runEntry: (entry: JsonObject) => JsonObject,
): { Successful: JsonObject[]; Failed?: Failure[] } {
  const entries = batchEntries(input);
  const Successful: JsonObject[] = [];
  const Failed: Failure[] = [];
  for (const entry of entries) {
    const Id = optionalText(entry, 'Id') ?? '';
    try {
      Successful.push({ Id, ...runEntry(entry) });
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      Failed.push({ Id, SenderFault: true, Code: error.code, Message: error.message });
    }
  }
  return { Successful, ...(Failed.length > 0 && { Failed }) };
}

/** The entries of a batch: one to ten, each with an id of its own. */
export function batchEntries(input: JsonObject): JsonObject[] {
  const entries = objectList(input, 'Entries');
  if (entries.length === 0) {
    throw new AwsError('EmptyBatchRequest', 'There should be at least one entry in the request.');
  }
  if (entries.length > 10) {
    throw new AwsError(
      'TooManyEntriesInBatchRequest',
      `Maximum number of entries per request are 10. You have sent ${entries.length}.`,
    );
  }
  const ids = entries.map((entry) => optionalText(entry, 'Id') ?? '');
  if (ids.some((id) => !/^[\w-]{1,80}$/.test(id))) {
    throw new AwsError(
      'InvalidBatchEntryId',
      'A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long.',
    );
  }
  if (new Set(ids).size !== ids.length) {
    throw new AwsError(
      'BatchEntryIdsNotDistinct',
      'Two or more batch entries in the request have the same Id.',
    );
  }
  return entries;
}
