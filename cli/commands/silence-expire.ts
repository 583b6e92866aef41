import { addCommand } from '../command.ts';
import { changedMeanwhile, deletedOrChanged } from '../config/changed-meanwhile.ts';
import { findConfig, locateConfig } from '../config/find-config.ts';
import { CliFailure } from '../failure.ts';
import { silenceView } from '../silence/views.ts';
import { phaseOf } from '../../functions/core/model/config/silence.ts';
import type { CommandFile } from '../command.ts';

export const addSilenceExpire: CommandFile = (group, run) => {
  addCommand(group, run, {
    name: 'expire <id>',
    summary: 'End a silence now; each destination hears within minutes what it kept back',
    examples: ['tocsin silence expire sil_5Hq0Zc1u8mTn2b7X'],
    async run(session, _options, id = '') {
      const gateway = await session.gateway();
      const { config } = gateway;
      const now = new Date(session.nowMs).toISOString();
      const located = await locateConfig(config, 'silence', id);
      const isUnreadable = (await config.list('silence')).unreadable.some((one) => one.id === located.id);
      if (isUnreadable) {
        // It mutes nothing, so there is nothing to sum up.
        const result = await config.delete(located);
        if (result !== 'changed') throw deletedOrChanged('silence', located.id, result);
        return {
          json: { id: located.id, deleted: true },
          text: `Deleted silence ${located.id}, which could not be read`,
        };
      }
      const before = await findConfig(config, 'silence', located.id);
      const phase = phaseOf(before, session.nowMs);
      if (phase === 'ended') {
        throw new CliFailure('ended', `silence ${before.id} ended at ${before.endsAt} already`);
      }
      const after = {
        ...before,
        startsAt: phase === 'scheduled' ? now : before.startsAt,
        endsAt: now,
        updatedAt: now,
      };
      if ((await config.update('silence', before, after)) !== 'changed') {
        throw await changedMeanwhile(gateway, 'silence', before);
      }
      return {
        json: silenceView(after, session.nowMs),
        text: `${session.paint('green', 'Ended')} silence ${session.paint('bold', before.id)}`,
      };
    },
  });
};
