/** The target of written text; `columns` is there when it is a terminal. */
export type TextSink = {
  write(text: string): unknown;
  isTTY?: boolean;
  columns?: number;
  /** Its reader has gone: written text goes nowhere. */
  isGone?: boolean;
  /** Waits where the reader is slower than what is written. */
  drained?: () => Promise<void>;
};
