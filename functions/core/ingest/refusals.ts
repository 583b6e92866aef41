import { GatewayError, type RecordRejection } from '../errors.ts';

/** When a sender should come again after a failure that is ours. */
export const RETRY_AFTER_SECONDS = 5;

/** The refusal of a sender who did not prove itself. The cause is for our log; the sender is not told. */
export class UnauthenticError extends GatewayError {
  readonly because: string;
  readonly sourceId: string | undefined;

  constructor(because: string, sourceId?: string) {
    super('unauthorized', 'the request could not be authenticated');
    this.because = because;
    this.sourceId = sourceId;
  }
}

/** The refusal of a body without one record that could be accepted. */
export class NoValidRecordError extends GatewayError {
  readonly refusedSample: string | undefined;

  constructor(
    code: 'schema-mismatch' | 'no-valid-record',
    { rejected, refusedSample }: { rejected: RecordRejection[]; refusedSample?: string },
  ) {
    super(code, 'no record of the body could be accepted', { rejected });
    this.refusedSample = refusedSample;
  }
}

/** What fails inside is our fault and passes: the sender is asked to come again. */
export async function durably<T>(step: () => Promise<T>): Promise<T> {
  try {
    return await step();
  } catch (cause) {
    throw new GatewayError('not-durable', 'the alert could not be stored durably; send it again', {
      cause,
      retryAfterSeconds: RETRY_AFTER_SECONDS,
    });
  }
}
