import { writeYaml } from '../apply/export-config.ts';
import { addCommand, collectedList, type CommandFile } from '../command.ts';
import { packDocument, type PackChoice } from '../pack/pack-document.ts';
import { findPack } from '../pack/packs.ts';

export type PackOptions = { to?: string[]; topic?: string[] };

export function packChoice({ to, topic }: PackOptions): PackChoice {
  return { ...(to !== undefined && { to }), ...(topic !== undefined && { topics: topic }) };
}

export const addPackShow: CommandFile = (group, run) => {
  addCommand<PackOptions>(group, run, {
    name: 'show <name>',
    summary: 'Print a pack as the configuration file that apply takes',
    examples: ['tocsin pack show github', 'tocsin pack show github --to oncall'],
    options(command) {
      command
        .option('--to <destinations>', 'with the route to these destinations', collectedList)
        .option(
          '--topic <arn>',
          'topic of SNS that carries its events, where no AWS door does',
          collectedList,
        );
    },
    async run(session, options, name = '') {
      const gateway = await session.gateway();
      const { document, isTopicMissing } = await packDocument(findPack(name), gateway, packChoice(options));
      if (isTopicMissing) session.note('The topic in it is invented; name yours with --topic.');
      return { json: document, text: writeYaml(document, process.cwd()) };
    },
  });
};
