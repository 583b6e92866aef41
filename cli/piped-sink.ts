import type { TextSink } from './screen/text-sink.ts';

/**
 * Standard output of a process. `tocsin audit --csv | head` closes the pipe early, and that is no failure of ours: a change
 * that is under way goes on to its end, and what only reads may stop.
 */
export function pipedSink(stream: NodeJS.WriteStream): TextSink {
  const sink: TextSink = {
    isTTY: stream.isTTY,
    isGone: false,
    get columns() {
      return stream.columns;
    },
    write: (text) => sink.isGone === true || stream.write(text),
    async drained() {
      if (sink.isGone === true || !stream.writableNeedDrain) return;
      // `once` of node:events would throw when the reader goes.
      await Promise.race([new Promise((resolve) => stream.once('drain', resolve)), gone]);
    },
  };
  const note = async (): Promise<void> => {
    await whenGone(stream);
    sink.isGone = true;
  };
  const gone = note();
  return sink;
}

/** Also of a stream to which nobody of ours writes any more. */
export async function whenGone(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
      resolve();
    });
  });
}
