/**
 * What the stream of `READ_PATHS.live` tells, as `data` of unnamed server-sent events. An event says that something is new,
 * never what: the page reads it again where it shows it.
 */
export type LiveEvent =
  /** First, and again after a reconnection. */
  | { event: 'open'; now_ms: number }
  | { event: 'alerts'; newest: string }
  | { event: 'deliveries' }
  | { event: 'configuration' }
  /** The gateway cannot be reached; the stream stays open and says when it can be again. */
  | { event: 'gateway-gone'; message: string }
  | { event: 'gateway-back' };
