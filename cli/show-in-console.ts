import { wrongUsage } from './failure.ts';
import { portOf, USUAL_PORT } from './words/port.ts';
import { TOCSIN } from './words/hint.ts';
import type { Command } from 'commander';
import type { Session } from './session.ts';

/** A view of the console: a page, and what it is about. The overview has neither. */
export type ConsoleView = { page?: 'alerts' | 'deliveries' | 'sources' | 'destinations'; id?: string };

/** The options of a command that has a view in the console. */
export type WebOptions = { web?: true; port?: string };

export function addWebOptions(command: Command): void {
  command
    .option('--web', 'show it in the console: its URL, which is opened where there is a terminal')
    .option('--port <port>', `with --web, the port of a console that runs (default: ${USUAL_PORT})`);
}

/**
 * The URL of a view as a result, where `--web` asks for it. A local run serves its console itself; for a stack in AWS it runs where the
 * operator starts it, and only one whose port is given is taken to run.
 */
export async function shownInConsole(
  session: Session,
  view: ConsoleView | undefined,
  { web, port }: WebOptions,
): Promise<{ json: object; text: string } | undefined> {
  const given = port === undefined ? undefined : portOf(port);
  if (web === undefined) {
    if (given !== undefined) throw wrongUsage('--port: goes with --web');
    return undefined;
  }
  if (view === undefined) {
    session.note('the console has no page for this; this is what the command says');
    return undefined;
  }
  const { endpoint } = (await session.gateway()).manifest;
  const own = given === undefined ? endpoint : undefined;
  const url = `${own ?? `http://127.0.0.1:${given ?? USUAL_PORT}`}/${hashOf(view)}`;
  if (endpoint === undefined && given === undefined) {
    const start = `${TOCSIN} console`;
    return { json: { url, start }, text: `${url}\nwhile the console runs, which starts with: ${start}` };
  }
  if (!session.isJson && session.io.stdout.isTTY === true) session.io.openInBrowser?.(url);
  return { json: { url, start: null }, text: url };
}

/** As the page reads its address. */
function hashOf({ page, id }: ConsoleView): string {
  return page === undefined ? '#/' : `#/${page}/${encodeURIComponent(id ?? '')}`;
}
