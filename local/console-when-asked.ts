import { plainAnswer } from './gateway/loopback-server.ts';
import type { LocalConsole, LocalRunOptions } from './local-run-options.ts';
import { messageOf } from './start-error.ts';

/**
 * A console that is opened at its first request: loaded, it is a third of the memory at rest, and in most runs it is never asked
 * for. A failure to open goes to the reader and to `onError`; the next request tries again.
 */
export function consoleWhenAsked(
  open: NonNullable<LocalRunOptions['openConsole']>,
  { dataDir, onError = () => undefined }: Pick<LocalRunOptions, 'dataDir' | 'onError'>,
) {
  let opening: Promise<LocalConsole> | undefined;

  const handle: LocalConsole['handle'] = async (request, response) => {
    let console: LocalConsole;
    try {
      opening ??= open({ dataDir });
      console = await opening;
    } catch (error) {
      opening = undefined;
      const line = `the console does not run: ${messageOf(error)}`;
      onError(line);
      plainAnswer(response, 503, line);
      return;
    }
    await console.handle(request, response);
  };

  return {
    handle,
    /** Waits for a console that is being opened; one that could not be opened needs no end. */
    close: async (): Promise<void> => (await opening?.catch(() => undefined))?.close(),
  };
}
