/** A stream to write to; `columns` is there when it is a terminal. */
export type TextSink = { write(text: string): unknown; isTTY?: boolean; columns?: number };
