import { addCommand, type CommandFile } from '../command.ts';
import { exportConfig, writeYaml } from '../apply/export-config.ts';
import { inert } from '../screen/terminal.ts';

export const addExport: CommandFile = (parent, run) => {
  addCommand(parent, run, {
    name: 'export',
    summary: 'Print the configuration as a file that apply takes; secrets stay where they are',
    examples: ['tocsin export', 'tocsin export --json'],
    async run(session) {
      const { document, unreadable } = await exportConfig(session);
      for (const { kind, name, problem } of unreadable) {
        session.io.stderr.write(
          `left out: ${kind} ${JSON.stringify(inert(name))} cannot be read: ${problem}\n`,
        );
      }
      return {
        json: document,
        text: writeYaml(document, process.cwd()),
        hasFailed: unreadable.length > 0,
      };
    },
  });
};
