import { addCommand, type CommandFile, type CommandResult } from '../command.ts';
import { changedMeanwhile } from '../config/changed-meanwhile.ts';
import { findConfig } from '../config/find-config.ts';
import type { Session } from '../session.ts';
import { sourceView } from '../words/views.ts';
import { TAKES_EFFECT } from '../words/takes-effect.ts';

export const addSourceEnable: CommandFile = (group, run) => {
  addCommand(group, run, {
    name: 'enable <name>',
    summary: 'Take what a source sends again',
    examples: ['tocsin source enable ci'],
    run: async (session, _options, name = '') => setEnabled(session, name, 'enabled'),
  });
};

export const addSourceDisable: CommandFile = (group, run) => {
  addCommand(group, run, {
    name: 'disable <name>',
    summary: 'Refuse what a source sends until it is enabled; events of AWS are dropped meanwhile',
    examples: ['tocsin source disable ci', 'tocsin source disable aws-config'],
    run: async (session, _options, name = '') => setEnabled(session, name, 'disabled'),
  });
};

async function setEnabled(
  session: Session,
  name: string,
  word: 'enabled' | 'disabled',
): Promise<CommandResult> {
  const isEnabled = word === 'enabled';
  const { config, manifest } = await session.gateway();
  const before = await findConfig(config, 'source', name);
  const title = session.paint('bold', before.name);
  if (before.isEnabled === isEnabled) {
    return { json: sourceView(before, manifest), text: `Source ${title} was ${word} already` };
  }
  const after = { ...before, isEnabled, updatedAt: new Date(session.nowMs).toISOString() };
  const result = await config.update('source', before, after);
  if (result !== 'changed') throw await changedMeanwhile(await session.gateway(), 'source', before);
  return { json: sourceView(after, manifest), text: `Source ${title} is ${word}, ${TAKES_EFFECT}` };
}
