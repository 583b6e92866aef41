import { describe, expect, it } from 'vitest';
import { aDelivery, anAlert, aRoutedAlert } from './records.ts';
import { memoryGateway } from './memory-gateway.ts';
import { run } from './run.ts';

describe('what is not told, by what was told before', () => {
  it.each([
    ['repeated', 'told before, and nothing has changed since'],
    ['never-told', 'it ends what was never told here'],
    ['overtaken', 'a later alert of the same finding was told before it'],
    ['end-not-wanted', 'the destination takes no ends'],
    ['already-handled', 'somebody has handled it, the sender says'],
  ] as const)('%s has its words, wherever it is asked', async (reason, words) => {
    const gateway = memoryGateway();
    gateway.kept.alerts.set(anAlert().id, aRoutedAlert(anAlert()));
    const delivery = aDelivery({ state: 'suppressed', reason, attempt: 0 });
    gateway.kept.deliveries.set(delivery.id, delivery);
    expect((await run(['why', anAlert().id], { gateway })).stdout).toContain(words);
    expect((await run(['deliveries', 'show', delivery.id], { gateway })).stdout).toContain(words);
    expect((await run(['alerts', 'show', anAlert().id], { gateway })).stdout).toContain(
      `suppressed: ${reason}`,
    );
  });
});
