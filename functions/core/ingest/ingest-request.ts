/** A request as the sender made it: bytes untouched, header names in lower case. */
export type IngestRequest = {
  /** The door it came through; left out for HTTP. What comes through one is never taken for a source of the other. */
  via?: 'aws-event';
  sourceId: string;
  method: string;
  /** Path and query as sent, without the host. */
  target: string;
  /** Names in lower case; a header sent twice is joined by commas, as API Gateway does. */
  headers: Record<string, string>;
  body: Uint8Array;
};
