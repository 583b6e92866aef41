import { flyCanary } from '../canary/fly-canary.ts';
import { canaryView, describePhase, stoppedAt, tookMs } from '../canary/views.ts';
import { addCommand, type CommandFile } from '../command.ts';
import { renderFields } from '../screen/table.ts';
import { TOCSIN } from '../words/hint.ts';
import { parseSeconds, readableMs } from '../words/time.ts';

type Options = { timeout?: string };

export const addCanaryRun: CommandFile = (group, run) => {
  addCommand<Options>(group, run, {
    name: 'run',
    summary:
      'Send a canary now and tell how long each phase took: accepted, routed, delivered, receipt, heartbeat, mail; exit status 1 where it stops',
    examples: ['tocsin canary run', 'tocsin canary run --timeout 2m --json'],
    options(command) {
      command.option('--timeout <duration>', 'how long to wait for all of it, 1s to 10m (default: 60s)');
    },
    async run(session, options) {
      const seconds = parseSeconds('--timeout', options.timeout ?? '60s', { min: 1, max: 600 });
      const flown = await flyCanary(session, await session.gateway(), seconds);
      const { paint } = session;
      const stopped = stoppedAt(flown.phases);
      const took = tookMs(flown.canary);
      const verdict =
        stopped === undefined
          ? paint('green', `ok: received ${readableMs(took ?? 0)} after it was sent`)
          : paint(
              'red',
              stopped.state === 'failed'
                ? `FAILED at "${stopped.phase}"`
                : `FAILED: "${stopped.phase}" was not reached in ${String(seconds)} s`,
            );
      const color = { done: undefined, waiting: 'yellow', failed: 'red' } as const;
      const lines = renderFields(
        flown.phases.map((one) => {
          const text = describePhase(one);
          const painted = color[one.state];
          return [one.phase, painted === undefined ? text : paint(painted, text)];
        }),
        paint,
      );
      return {
        hasFailed: stopped !== undefined,
        json: { ok: stopped === undefined, canary: canaryView(flown) },
        text: `${verdict}\n\n${lines}${stopped === undefined ? '' : `\n\nSee how the gateway stands: ${TOCSIN} status`}`,
      };
    },
  });
};
