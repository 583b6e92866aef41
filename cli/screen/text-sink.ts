/** What is written to; `columns` is there when it is a terminal. */
export type TextSink = {
  write(text: string): unknown;
  isTTY?: boolean;
  columns?: number;
  /** Whoever read it has gone: what is written goes nowhere. */
  isGone?: boolean;
  /** Waits where the reader is slower than what is written. */
  drained?: () => Promise<void>;
};
