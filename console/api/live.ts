/**
 * The events of the stream `READ_PATHS.live`, as `data` of unnamed server-sent events. An event says that something is new,
 * never what: a page that shows it reads it again.
 */
export type LiveEvent =
  /** The first event, also after a reconnection. */
  | { event: 'open'; now_ms: number }
  | { event: 'alerts'; newest: string }
  | { event: 'deliveries' }
  | { event: 'configuration' }
  /** The gateway cannot be reached; the stream stays open and says when it can be again. */
  | { event: 'gateway-gone'; message: string }
  | { event: 'gateway-back' };
