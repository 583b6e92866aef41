import { addCommand } from '../command.ts';
import { CliFailure } from '../failure.ts';
import { toJson } from '../screen/terminal.ts';
import { portOf, USUAL_PORT } from '../words/port.ts';
import type { CommandFile } from '../command.ts';

type Options = { port: string; readOnly?: true };

export const addConsole: CommandFile = (program, run) => {
  addCommand<Options>(program, run, {
    name: 'console',
    summary:
      'Serve the console on this machine, with your own identity: alerts and their stories, deliveries, configuration, and what can be done about them; until Ctrl-C',
    examples: ['tocsin console', 'tocsin console --port 8080 --read-only', 'tocsin console --stack Tocsin'],
    options(command) {
      command
        .option('--port <port>', 'port on 127.0.0.1; 0 takes a free one', USUAL_PORT)
        .option('--read-only', 'change nothing, whatever your identity may do');
    },
    async run(session, { port, readOnly }) {
      const taken = Number(portOf(port));
      const gateway = await session.gateway();
      const { serveConsole } = session.io;
      if (serveConsole === undefined) throw new CliFailure('no-console', 'there is no console here');
      const console = await serveConsole({
        gateway,
        target: session.target,
        port: taken,
        isReadOnly: readOnly === true,
        onProgress: (line) => {
          session.note(line);
        },
      }).catch((error: unknown) => {
        throw isTaken(error)
          ? new CliFailure('port-taken', `port ${port} is already in use; choose another with --port`)
          : error;
      });
      const { url, readOnlyBecause } = console;
      if (readOnlyBecause !== undefined) session.note(`read-only: ${readOnlyBecause}`);
      session.io.stdout.write(
        session.isJson
          ? `${toJson({ url, read_only_because: readOnlyBecause ?? null })}\n`
          : `console ${url}\n`,
      );
      await console.ended;
      return { json: undefined, text: '' };
    },
  });
};

function isTaken(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
}
