import { counted } from '../../functions/core/text/count-words.ts';
import { addCommand, type CommandFile } from '../command.ts';
import { confirm } from '../confirm.ts';
import type { Gateway } from '../gateway.ts';
import { inert } from '../screen/terminal.ts';

type Options = { yes?: boolean };
type Owner = { kind: 'source' | 'destination'; id: string; name: string };

export const addTeardown: CommandFile = (program, run) => {
  addCommand<Options>(program, run, {
    name: 'teardown',
    summary:
      'Before a stack is destroyed: remove the secrets that it would leave behind, and name what it keeps',
    examples: ['tocsin teardown', 'tocsin teardown --yes'],
    options(command) {
      command.option('-y, --yes', 'do not ask');
    },
    async run(session, options) {
      const gateway = await session.gateway();
      const { manifest } = gateway;
      const owners = await ownersOfSecrets(gateway);
      const secrets = owners.map(({ kind, id }) => `${manifest.secretPrefix}/${kind}/${id}`);
      const named = owners.map(
        ({ kind, name }, index) => `  ${kind} ${inert(name)}: ${String(secrets[index])}`,
      );
      const question =
        owners.length === 0
          ? 'No source and no destination has a secret. Go on?'
          : `Remove ${owners.length === 1 ? 'this secret' : `these ${owners.length} secrets`} for good? No source can send afterwards, and no destination with a secret is served.\n${named.join('\n')}\n`;
      await confirm(session, question, options.yes);
      for (const { kind, id } of owners) await gateway.secrets.delete(kind, id);
      return {
        json: {
          removed: secrets,
          kept: { table: manifest.table, email_identity: manifest.emailFrom ?? null },
        },
        text: [
          `${session.paint('green', 'Removed')} ${counted(owners.length, 'secret', 'secrets')}`,
          ...named,
          `Kept when the stack goes: the table ${manifest.table}${manifest.emailFrom === undefined ? '' : `, and ${manifest.emailFrom} at SES`}`,
        ].join('\n'),
      };
    },
  });
};

/** The sources and destinations that may have a secret, unreadable ones too. */
async function ownersOfSecrets({ config }: Gateway): Promise<Owner[]> {
  const [sources, destinations] = await Promise.all([config.list('source'), config.list('destination')]);
  const owner =
    (kind: Owner['kind']) =>
    ({ id, name }: { id: string; name?: string }): Owner => ({ kind, id, name: name ?? id });
  return [
    ...[...sources.readable, ...sources.unreadable].map(owner('source')),
    ...[...destinations.readable, ...destinations.unreadable].map(owner('destination')),
  ];
}
