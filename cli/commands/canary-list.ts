import { flownCanaries, type FlownCanary } from '../../functions/core/operator/canary-standing.ts';
import { canaryOf, hasHeartbeat } from '../canary/has-canary.ts';
import { canaryView, describePhase, stoppedAt, tookMs } from '../canary/views.ts';
import { addCommand, type CommandFile } from '../command.ts';
import { wrongUsage } from '../failure.ts';
import { renderTable, type Column } from '../screen/table.ts';
import { TOCSIN } from '../words/hint.ts';
import { readableMs, relativeTime } from '../words/time.ts';

type Options = { limit?: string };

const USUAL = 20;
/** As many as are kept, at one every five minutes. */
const MOST = 864;

export const addCanaryList: CommandFile = (group, run) => {
  addCommand<Options>(group, run, {
    name: 'list',
    summary: 'List the last canaries, newest first: when each was received, or where it stopped',
    examples: ['tocsin canary list', 'tocsin canary list --limit 288 --json'],
    options(command) {
      command.option('--limit <number>', `how many, 1 to ${String(MOST)} (default: ${String(USUAL)})`);
    },
    async run(session, { limit = String(USUAL) }) {
      const many = /^\d{1,3}$/u.test(limit) ? Number(limit) : 0;
      if (many < 1 || many > MOST) {
        throw wrongUsage(`--limit: ${JSON.stringify(limit)} is not a number from 1 to ${String(MOST)}`);
      }
      const gateway = await session.gateway();
      const flown = await flownCanaries(many, hasHeartbeat(gateway.manifest), canaryOf(gateway));
      const columns: Column<FlownCanary>[] = [
        { title: 'SENT', value: ({ canary }) => relativeTime(canary.sent_at, session.nowMs) },
        { title: 'BY', value: ({ canary }) => canary.sent_by, mayDrop: true },
        {
          title: 'RECEIVED AFTER',
          value: ({ canary }) => {
            const took = tookMs(canary);
            return took === undefined ? '-' : readableMs(took);
          },
        },
        {
          title: 'STOPPED AT',
          value: ({ phases }) => {
            const stopped = stoppedAt(phases);
            return stopped === undefined ? '' : `${stopped.phase}: ${describePhase(stopped)}`;
          },
          shrinks: true,
          floor: 24,
        },
      ];
      return {
        json: { canaries: flown.map(canaryView) },
        text:
          flown.length === 0
            ? `No canary was sent in the last three days. Send one: ${TOCSIN} canary run`
            : renderTable(flown, columns, session),
      };
    },
  });
};
