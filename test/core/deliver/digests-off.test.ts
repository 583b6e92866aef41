import { expect, test } from 'vitest';
import { prepareEmail } from '../../../functions/core/deliver/email/prepare-email.ts';
import type { FloodPorts } from '../../../functions/core/deliver/flood/admit.ts';
import { EMPTY_FLOW, type Flow } from '../../../functions/core/model/wire/flow.ts';
import { aMailingList, aMessage } from '../../adapters/records.ts';

/** Admits mails one after the other; answers how many went out by themselves before one joined a digest. */
async function mailsBeforeADigest(isDigesting: boolean | undefined): Promise<number> {
  let flow: Flow = EMPTY_FLOW;
  let joined = 0;
  const floods: FloodPorts = {
    flows: {
      change: async (_addressee, step) => {
        const { flow: after, result } = step(flow);
        flow = after;
        return result;
      },
    },
    members: {
      find: async () => ({ membership: 'none' }),
      join: async (_message, { id }, page) => {
        joined += 1;
        return { membership: 'digested', place: { digestId: id, page } };
      },
      move: async () => ({ membership: 'none' }),
      leave: async () => undefined,
    },
    digests: {
      openPage: async () => 0,
      add: async () => 'added',
    } as unknown as FloodPorts['digests'],
    retries: { sendLater: async () => undefined },
    clock: { now: () => Date.parse('2026-01-15T15:00:00.000Z') },
  };
  for (let mails = 0; mails < 100; mails += 1) {
    const message = aMessage({
      channel: 'email',
      destination_id: 'dst_2',
      recipient: 'ops@example.com',
      delivery_id: `${String(mails).padStart(8, '0')}-0000-4000-8000-000000000000`,
    });
    const destination = aMailingList(isDigesting === undefined ? {} : { isDigesting });
    await prepareEmail(message, destination, {
      mailer: { send: async () => ({ result: 'accepted', messageId: 'ses-1' }) },
      quota: { standing: async () => ({ state: 'ample' }), noteExhausted: () => undefined },
      suppressions: { find: async () => undefined },
      floods,
      messageIdDomain: 'example.com',
    });
    if (joined > 0) return mails;
  }
  return 100;
}

test.each([
  ['wants digests because nothing else was said', undefined, 1],
  ['wants digests', true, 1],
  ['wants none: then the hourly limit is what holds', false, 40],
])('a destination that %s', async (_what, isDigesting, mails) => {
  expect(await mailsBeforeADigest(isDigesting)).toBe(mails);
});
