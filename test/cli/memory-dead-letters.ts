import type { DeadLetter } from '../../functions/core/model/wire/dead-letter.ts';
import type { DeadLetterQueues } from '../../functions/core/operator/ports.ts';

/** The letters of all queues, those that somebody reads, and those that went back. */
type KeptLetters = { letters: DeadLetter[]; hidden: Set<string>; redriven: DeadLetter[] };

/** Dead letters in memory, held against those of SQS by test/contracts/dead-letters.test.ts. Time does not pass here. */
export function memoryDeadLetters(kept: KeptLetters): DeadLetterQueues {
  const isHidden = ({ messageId }: DeadLetter) => kept.hidden.has(messageId);
  return {
    read: async function* read() {
      for (const letter of kept.letters.filter((one) => !isHidden(one))) {
        kept.hidden.add(letter.messageId);
        yield letter;
      }
    },
    release: async ({ messageId }) => void kept.hidden.delete(messageId),
    hidden: async () => kept.letters.filter(isHidden).length,
    redrive: async (letter) => {
      kept.letters = kept.letters.filter(({ messageId }) => messageId !== letter.messageId);
      kept.redriven.push(letter);
    },
  };
}
