import { boundedMap, CALLS_AT_ONCE } from '../../functions/core/bounded-map.ts';
import { addCommand } from '../command.ts';
import { deadLetterColumns, deadLetterView, narrowestRedrive } from '../records/dead-letter-view.ts';
import { destinationNames } from '../config/find-config.ts';
import { describeHidden, readAllLetters } from '../records/read-dead-letters.ts';
import { renderTable } from '../screen/table.ts';
import type { DeadLetter } from '../../functions/core/model/wire/dead-letter.ts';
import type { CommandFile } from '../command.ts';

/** Long enough to read a full queue to its end without meeting the first message again. */
const READ_SECONDS = 60;

export const addDeadLettersList: CommandFile = (group, run) => {
  addCommand(group, run, {
    name: 'list',
    summary: 'List the dead letters of all queues, oldest first',
    examples: ['tocsin dead-letters list', "tocsin dead-letters list --json | jq '.dead_letters | length'"],
    async run(session) {
      const { config, deadLetters } = await session.gateway();
      const destinations = await config.list('destination');
      const nameOf = destinationNames(destinations);
      const letters: DeadLetter[] = [];
      try {
        for await (const letter of readAllLetters(session, deadLetters, READ_SECONDS)) letters.push(letter);
      } finally {
        await boundedMap(letters, CALLS_AT_ONCE, async (letter) => deadLetters.release(letter));
      }
      const hidden = await deadLetters.hidden();
      letters.sort((a, b) => a.sentAt.localeCompare(b.sentAt));
      const count = letters.length === 1 ? '1 dead letter' : `${letters.length} dead letters`;
      return {
        json: { dead_letters: letters.map((letter) => deadLetterView(letter, nameOf)), being_read: hidden },
        unreadable: destinations.unreadable,
        text:
          letters.length === 0
            ? `No dead letters.${describeHidden(hidden)}`
            : `${renderTable(letters, deadLetterColumns(nameOf, session.nowMs), session)}\n\n${count}. When the cause is gone, move them back: ${narrowestRedrive(letters, nameOf)}${describeHidden(hidden)}`,
      };
    },
  });
};
