/** What every stage may ask of the world: the time, a chance, an id, a line in the log. */

/** Epoch milliseconds. */
export type Clock = { now(): number };

/** How long what is being done may still take, in milliseconds: the rest of an invocation. */
export type TimeLeft = { ms(): number };

/** Runs something after a while, unless it is called off first. */
export type Timer = { after(ms: number, run: () => void): () => void };

/** A number from 0 up to, but not including, 1. */
export type Random = { fraction(): number };

/** Unguessable ids. */
export type IdGenerator = { uuid(): string };

/** One wide event per step; ids and outcomes, never bodies, headers, tokens or whole addresses. */
export type EventLog = {
  info(event: string, fields: Record<string, unknown>): void;
  error(event: string, fields: Record<string, unknown>): void;
};

/** What Lambda calls an invocation, and what API Gateway calls the request behind it: the access log has both. */
export type InvocationIds = { lambdaRequestId?: string; apiRequestId?: string };
