import { useCallback, useEffect, useRef, useState } from 'react';
import { ask } from './ask.ts';
import type { AskError } from './ask.ts';
import type { Topic } from './live.ts';
import { asAskError, useNews } from './use-read.ts';

/** One look into an index: it may hold few lines, or none, although there are more. */
export type Page<T> = { lines: readonly T[]; next: string | null; lookedBackTo: string };

type Pages<T> = {
  lines: readonly T[];
  /** Whether more lines can be shown. */
  hasMore: boolean;
  lookedBackTo: string | undefined;
  failure: AskError | undefined;
  isReading: boolean;
  isReadingMore: boolean;
  readAgain: () => void;
  readMore: () => void;
};

type Shown<T> = { key: string; lines: readonly T[]; next: string | null; lookedBackTo: string };

const ENOUGH = 50;
/** Rare lines are looked for this many times; then the reader decides whether to look further back. */
const MOST_LOOKS = 20;

/**
 * Lines of a list that is read page by page, newest first. News puts the newest lines in front; lines that were read further down
 * stay.
 *
 * `pathOf` gives the path of the page after a cursor, and is remembered by the caller. `pageOf` and `idOf` are constants.
 */
export function usePages<T>(
  pathOf: ((after: string | undefined) => string) | undefined,
  pageOf: (answer: unknown) => Page<T>,
  idOf: (line: T) => string,
  topics: readonly Topic[],
): Pages<T> {
  const key = pathOf?.(undefined) ?? '';
  const [shown, setShown] = useState<Shown<T>>();
  const [failure, setFailure] = useState<AskError>();
  const [isReadingMore, setReadingMore] = useState(false);
  const asked = useRef<AbortController>(undefined);

  const read = useCallback(
    (after: string | undefined, put: (before: Shown<T> | undefined, read: Shown<T>) => Shown<T>) => {
      if (pathOf === undefined) return;
      asked.current?.abort();
      const own = new AbortController();
      asked.current = own;
      void (async () => {
        try {
          const page = await readEnough(pathOf, pageOf, after, own.signal);
          setShown((before) => put(before?.key === key ? before : undefined, { ...page, key }));
          setFailure(undefined);
        } catch (error) {
          if (own.signal.aborted) return;
          setFailure(asAskError(error));
        }
        setReadingMore(false);
      })();
    },
    [key, pathOf, pageOf],
  );
  const readAgain = useCallback(() => {
    read(undefined, (before, fresh) => inFrontOf(before, fresh, idOf));
  }, [read, idOf]);

  useEffect(() => {
    readAgain();
    return () => asked.current?.abort();
  }, [readAgain]);
  useNews(topics, readAgain);

  const current = shown?.key === key ? shown : undefined;
  return {
    lines: current?.lines ?? [],
    hasMore: current !== undefined && current.next !== null,
    lookedBackTo: current?.lookedBackTo,
    failure,
    isReading: current === undefined && failure === undefined,
    isReadingMore,
    readAgain,
    readMore: () => {
      setReadingMore(true);
      read(current?.next ?? undefined, (before, more) => below(before, more, idOf));
    },
  };
}

async function readEnough<T>(
  pathOf: (after: string | undefined) => string,
  pageOf: (answer: unknown) => Page<T>,
  first: string | undefined,
  signal: AbortSignal,
): Promise<Omit<Shown<T>, 'key'>> {
  const lines: T[] = [];
  let after = first;
  for (let look = 1; ; look += 1) {
    const page = pageOf(await ask<unknown>(pathOf(after), undefined, signal));
    lines.push(...page.lines);
    if (page.next === null || lines.length >= ENOUGH || look === MOST_LOOKS) return { ...page, lines };
    after = page.next;
  }
}

/** The shown lines stay below the newest ones when these reach down to them; else there would be a gap. */
function inFrontOf<T>(before: Shown<T> | undefined, fresh: Shown<T>, idOf: (line: T) => string): Shown<T> {
  if (before === undefined || fresh.next === null) return fresh;
  const ids = new Set(fresh.lines.map(idOf));
  const rest = before.lines.filter((line) => !ids.has(idOf(line)));
  const reaches = rest.length < before.lines.length;
  return reaches ? { ...before, lines: [...fresh.lines, ...rest] } : fresh;
}

/** A line that is shown already stays in its place: the message of a digest is found with each alert that it tells of. */
function below<T>(before: Shown<T> | undefined, more: Shown<T>, idOf: (line: T) => string): Shown<T> {
  const lines = before?.lines ?? [];
  const ids = new Set(lines.map(idOf));
  return { ...more, lines: [...lines, ...more.lines.filter((line) => !ids.has(idOf(line)))] };
}
