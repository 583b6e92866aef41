import { addCommand } from '../command.ts';
import { changedMeanwhile } from '../config/changed-meanwhile.ts';
import { findConfig } from '../config/find-config.ts';
import { CliFailure, wrongUsage } from '../failure.ts';
import {
  addSilenceOptions,
  coversEverything,
  describeExceptions,
  readSilence,
  type SilenceOptions,
} from '../silence/read-silence.ts';
import { coverView, describeCover, measureCover } from '../silence/measure-cover.ts';
import { silenceView } from '../silence/views.ts';
import { phaseOf, type Silence } from '../../functions/core/model/config/silence.ts';
import type { CommandFile } from '../command.ts';
import { TOCSIN } from '../words/hint.ts';

type Options = SilenceOptions & { yes?: boolean };

export const addSilenceUpdate: CommandFile = (group, run) => {
  addCommand<Options>(group, run, {
    name: 'update <id>',
    summary: 'Change a silence that is not over; what is not named stays, also its author',
    examples: [
      'tocsin silence update sil_5Hq0Zc1u8mTn2b7X --for 4h',
      "tocsin silence update sil_5Hq0Zc1u8mTn2b7X --match env=dev --match team=web --comment 'only web'",
    ],
    options(command) {
      addSilenceOptions(command);
      command.option('-y, --yes', 'silence everything but critical alerts, with --match {}');
    },
    async run(session, { yes, ...options }, id = '') {
      if (Object.keys(options).length === 0) {
        throw wrongUsage(`say what to change; see: ${TOCSIN} silence update --help`);
      }
      const gateway = await session.gateway();
      const before = await findConfig(gateway.config, 'silence', id);
      if (phaseOf(before, session.nowMs) === 'ended') {
        throw new CliFailure('ended', `silence ${before.id} ended at ${before.endsAt}; create another one`);
      }
      const after: Silence = {
        ...before,
        ...readSilence(options, before.author, session.nowMs, before),
        updatedAt: new Date(session.nowMs).toISOString(),
      };
      if (coversEverything(after.matcherSets) && !coversEverything(before.matcherSets) && yes !== true) {
        throw wrongUsage('{} silences everything but critical alerts; if that is meant, add --yes');
      }
      const cover = await measureCover(session, gateway, after);
      if ((await gateway.config.update('silence', before, after)) !== 'changed') {
        throw await changedMeanwhile(gateway, 'silence', before);
      }
      return {
        json: { ...silenceView(after, session.nowMs), ...coverView(cover) },
        text: `${session.paint('green', 'Changed')} silence ${session.paint('bold', after.id)}, until ${after.endsAt}\n${[...describeCover(cover), describeExceptions(after.matcherSets)].join('\n')}`,
      };
    },
  });
};
