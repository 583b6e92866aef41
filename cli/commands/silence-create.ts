import { printMatchers } from '../../functions/core/match/matcher.ts';
import { addCommand } from '../command.ts';
import { createConfig } from '../config/create-config.ts';
import { randomConfigId } from '../config/random-id.ts';
import { wrongUsage } from '../failure.ts';
import { randomOf } from '../io.ts';
import { inert } from '../screen/terminal.ts';
import {
  addSilenceOptions,
  coversEverything,
  describeExceptions,
  readSilence,
  type SilenceOptions,
} from '../silence/read-silence.ts';
import { coverView, describeCover, measureCover } from '../silence/measure-cover.ts';
import { silenceView } from '../silence/views.ts';
import type { Silence } from '../../functions/core/model/config/silence.ts';
import type { CommandFile } from '../command.ts';

type Options = SilenceOptions & { author?: string; yes?: boolean; dryRun?: boolean };

export const addSilenceCreate: CommandFile = (group, run) => {
  addCommand<Options>(group, run, {
    name: 'create',
    summary: 'Tell nobody of these alerts for a while; they are kept, and summed up at the end',
    examples: [
      "tocsin silence create --match env=dev --for 2h --comment 'load test'",
      "tocsin silence create --match 'host=~\"web.*\"' --match 'severity>=info' --until 2026-03-01T18:00:00Z --comment 'new kernel'",
      "tocsin silence create --match-set team=web --match-set team=db --for 1d --comment 'known fault'",
    ],
    options(command) {
      addSilenceOptions(command);
      command
        .option('--author <name>', 'who makes it (default: your AWS identity)')
        .option('-y, --yes', 'silence everything but critical alerts, with --match {}')
        .option('--dry-run', 'say what it would cover, and create nothing');
    },
    async run(session, { author, yes, dryRun, ...options }) {
      // Wrong usage needs no gateway.
      const early = readSilence(options, author ?? 'you', session.nowMs);
      if (coversEverything(early.matcherSets) && yes !== true) {
        throw wrongUsage('{} silences everything but critical alerts; if that is meant, add --yes');
      }
      const gateway = await session.gateway();
      const id = randomConfigId('sil', randomOf(session.io));
      const now = new Date(session.nowMs).toISOString();
      const silence: Silence = {
        id,
        name: id,
        ...early,
        author: author ?? (await gateway.identity.arn()),
        createdAt: now,
        updatedAt: now,
      };
      const cover = await measureCover(session, gateway, silence);
      if (dryRun === true) {
        return {
          json: { dry_run: true, ...silenceView(silence, session.nowMs), ...coverView(cover) },
          text: `Would silence ${silence.matcherSets.map((set) => inert(printMatchers(set))).join(' or ')} from ${silence.startsAt} until ${silence.endsAt}, by ${inert(silence.author)}; run it again without --dry-run to create it\n${[...describeCover(cover), describeExceptions(silence.matcherSets)].join('\n')}`,
        };
      }
      await createConfig(gateway, 'silence', silence);
      return {
        json: { ...silenceView(silence, session.nowMs), ...coverView(cover) },
        text: `${session.paint('green', 'Created')} silence ${session.paint('bold', id)} until ${silence.endsAt}, by ${inert(silence.author)}\n${[...describeCover(cover), describeExceptions(silence.matcherSets)].join('\n')}`,
      };
    },
  });
};
