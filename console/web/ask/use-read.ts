import { useCallback, useEffect, useRef, useState } from 'react';
import { ask, AskError } from './ask.ts';
import { listen } from './live.ts';
import type { Topic } from './live.ts';

/** The last value that was read, and the failure since. Both may be there: a value stays shown after a failure. */
export type Reading<T> = {
  value: T | undefined;
  failure: AskError | undefined;
  readAgain: () => void;
};

/** News comes in bursts: a page is read again once for each burst. */
const BURST_MS = 400;

/** Reads a path, and reads it again whenever one of the topics has news. Without a path it reads nothing. */
export function useRead<T>(path: string | undefined, topics: readonly Topic[]): Reading<T> {
  const [read, setRead] = useState<{ path: string; value?: T; failure?: AskError }>();
  const asked = useRef<AbortController>(undefined);

  const readAgain = useCallback(() => {
    if (path === undefined) return;
    asked.current?.abort();
    const own = new AbortController();
    asked.current = own;
    void (async () => {
      try {
        setRead({ path, value: await ask<T>(path, undefined, own.signal) });
      } catch (error) {
        if (own.signal.aborted) return;
        const failure = asAskError(error);
        setRead((before) => ({ ...(before?.path === path && before), path, failure }));
      }
    })();
  }, [path]);

  useEffect(() => {
    readAgain();
    return () => asked.current?.abort();
  }, [readAgain]);
  useNews(topics, readAgain);

  const isOfPath = read?.path === path;
  return {
    value: isOfPath ? read?.value : undefined,
    failure: isOfPath ? read?.failure : undefined,
    readAgain,
  };
}

/** Calls back after news of the topics, once for a burst of them. */
export function useNews(topics: readonly Topic[], callBack: () => void): void {
  const key = topics.join(' ');
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const stop = listen(key.split(' ') as Topic[], () => {
      timer ??= setTimeout(() => {
        timer = undefined;
        callBack();
      }, BURST_MS);
    });
    return () => {
      clearTimeout(timer);
      stop();
    };
  }, [key, callBack]);
}

export function asAskError(error: unknown): AskError {
  return error instanceof AskError ? error : new AskError('fault', String(error), []);
}
