import { readFile } from 'node:fs/promises';
import { addCommand, type CommandFile, type CommandResult } from '../command.ts';
import { CliFailure, wrongUsage } from '../failure.ts';
import { inert } from '../screen/terminal.ts';
import type { Session } from '../session.ts';
import { TOCSIN } from '../words/hint.ts';

type Options = { bus?: string };

export const addLocalPutEvent: CommandFile = (group, run) => {
  addCommand<Options>(group, run, {
    name: 'put-event <file>',
    summary: 'Hand an event, or a list of them, to the rules of the local run, as AWS would',
    examples: ['tocsin local put-event finding.json', 'tocsin local put-event finding.json --bus default'],
    options(command) {
      command.option('--bus <name>', 'the event bus (default: default)');
    },
    run: async (session, options, file = '') => putEvents(session, file, options.bus),
  });
};

async function putEvents(session: Session, file: string, bus: string | undefined): Promise<CommandResult> {
  const { localEvents } = await session.gateway();
  if (localEvents === undefined) {
    throw new CliFailure(
      'not-local',
      'a stack in AWS gets its events from AWS; this hands them to a local run, which --data names',
    );
  }
  const events = await readEvents(file);
  const put: { event_id: string; rules: string[] }[] = [];
  for (const event of events) {
    // In their order, as they would come.
    // oxlint-disable-next-line no-await-in-loop
    const { eventId, rules } = await localEvents.put(event, bus);
    put.push({ event_id: eventId, rules });
  }
  const lost = put.filter(({ rules }) => rules.length === 0).length;
  const lines = put.map(({ event_id: id, rules }) =>
    rules.length === 0
      ? `${session.paint('yellow', 'fits no rule')}  ${inert(id)}`
      : `${session.paint('green', 'taken')} by ${rules.map(inert).join(', ')}  ${inert(id)}`,
  );
  return {
    hasFailed: lost > 0,
    json: { events: put },
    text: `${lines.join('\n')}${lost === put.length ? '' : `\n\nWhat became of it: ${TOCSIN} alerts list`}`,
  };
}

async function readEvents(file: string): Promise<object[]> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    throw new CliFailure('no-file', `${JSON.stringify(file)} cannot be read`, { cause });
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new CliFailure('no-json', `${JSON.stringify(file)} is not JSON`, { cause });
  }
  const events: unknown[] = Array.isArray(value) ? value : [value];
  if (events.length > 0 && events.every(isEvent)) return events;
  throw wrongUsage(
    `${JSON.stringify(file)} holds no event of EventBridge; expected an object with source, detail-type and detail, or a list of them`,
  );
}

function isEvent(value: unknown): value is object {
  const { source, 'detail-type': type, detail } = Object(value) as Record<string, unknown>;
  return (
    typeof source === 'string' && typeof type === 'string' && typeof detail === 'object' && detail !== null
  );
}
