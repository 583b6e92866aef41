import { plainAnswer } from './gateway/loopback-server.ts';
import type { LocalConsole, LocalRunOptions } from './local-run-options.ts';
import { messageOf } from './start-error.ts';

/**
 * A console that is opened when somebody first looks: loaded, it is a third of the memory at rest, and most runs are never looked
 * at. One that cannot be opened is said to the reader and to `onError`, and tried again at the next look.
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
    /** What is being opened is waited for; what cannot be opened needs no end. */
    close: async (): Promise<void> => (await opening?.catch(() => undefined))?.close(),
  };
}
