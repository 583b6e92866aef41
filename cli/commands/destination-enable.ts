import { changedMeanwhile } from '../config/changed-meanwhile.ts';
import { addCommand } from '../command.ts';
import { keepSomebodyTold, refuseLastTold } from '../destination/system-alerts.ts';
import { findConfig } from '../config/find-config.ts';
import { destinationView } from '../words/views.ts';
import type { CommandFile, CommandResult } from '../command.ts';
import type { Session } from '../session.ts';
import { TAKES_EFFECT } from '../words/takes-effect.ts';

export const addDestinationEnable: CommandFile = (group, run) => {
  addCommand(group, run, {
    name: 'enable <name>',
    summary: 'Send alerts to a destination again',
    examples: ['tocsin destination enable siem'],
    run: async (session, _options, name = '') => setEnabled(session, name, 'enabled'),
  });
};

export const addDestinationDisable: CommandFile = (group, run) => {
  addCommand(group, run, {
    name: 'disable <name>',
    summary: 'Send nothing to a destination until it is enabled; what is under way is suppressed',
    examples: ['tocsin destination disable siem'],
    run: async (session, _options, name = '') => setEnabled(session, name, 'disabled'),
  });
};

async function setEnabled(
  session: Session,
  name: string,
  word: 'enabled' | 'disabled',
): Promise<CommandResult> {
  const isEnabled = word === 'enabled';
  const gateway = await session.gateway();
  const { config } = gateway;
  const destination = await findConfig(config, 'destination', name);
  const title = session.paint('bold', destination.name);
  if (destination.isEnabled === isEnabled) {
    return { json: destinationView(destination), text: `Destination ${title} was ${word} already` };
  }
  // An operator who enables a destination that the gateway paused says that the reason is gone.
  const { pausedBecause: _, ...settings } = destination;
  const changed = {
    ...settings,
    isEnabled,
    version: destination.version + 1,
    updatedAt: new Date(session.nowMs).toISOString(),
  };
  if (!isEnabled) await refuseLastTold(config, destination, changed);
  const result = await config.update('destination', destination, changed);
  if (result !== 'changed') throw await changedMeanwhile(gateway, 'destination', destination);
  await keepSomebodyTold(config, destination, changed);
  // Enabling counts at once: a function that remembers it as disabled reads it again.
  const when = isEnabled ? '' : `; what is under way stops ${TAKES_EFFECT}`;
  return { json: destinationView(changed), text: `Destination ${title} is ${word}${when}` };
}
