import { addCommand, collectedList, type CommandFile } from '../command.ts';
import { enablePack } from '../pack/enable-pack.ts';
import { findPack } from '../pack/packs.ts';
import { packChoice, type PackOptions } from './pack-show.ts';

export const addPackEnable: CommandFile = (group, run) => {
  addCommand<PackOptions>(group, run, {
    name: 'enable <name>',
    summary: 'Add the source, the steps and, with --to, the route of a pack; what is there stays as it is',
    examples: [
      'tocsin pack enable github',
      'tocsin pack enable github --to oncall',
      'tocsin pack enable guardduty --topic arn:aws:sns:eu-central-1:111122223333:findings',
    ],
    options(command) {
      command
        .option(
          '--to <destinations>',
          'destinations that its alerts go to; without it the default route serves',
          collectedList,
        )
        .option(
          '--topic <arn>',
          'topic of SNS that carries its events, where no AWS door does',
          collectedList,
        );
    },
    run: async (session, options, name = '') => enablePack(session, findPack(name), packChoice(options)),
  });
};
