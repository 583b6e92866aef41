import {
  addDeltas,
  type HealthDelta,
  type RefusedSample,
  sampleExpiresAt,
  type SourceHealth,
} from '../../../functions/core/model/wire/source-health.ts';
import type { SourceHealthRecords } from '../../../functions/core/watch/ports.ts';

/**
 * The health of sources in memory; held against the table's by test/contracts/source-health.test.ts. Old counts stay:
 * when dropping them is worth a write is the table's business.
 */
export function memorySourceHealth(
  health = new Map<string, SourceHealth>(),
  samples = new Map<string, RefusedSample>(),
): SourceHealthRecords & { add(sourceId: string, delta: HealthDelta): Promise<void> } {
  const known = (id: string): SourceHealth => health.get(id) ?? { hours: [] };
  return {
    add: async (id, { refusedSample, hours, ...set }) => {
      if (refusedSample !== undefined) samples.set(id, refusedSample);
      const counted = hours.filter(({ hour: _hour, ...counts }) => Object.values(counts).some(Boolean));
      if (counted.length === 0 && Object.keys(set).length === 0) return;
      const { hours: sums } = addDeltas({ hours: known(id).hours }, { hours: counted });
      health.set(id, { ...known(id), ...set, hours: sums });
    },
    read: async (ids) => structuredClone(new Map([...health].filter(([id]) => ids.includes(id)))),
    raised: async (id, alarm) => {
      if (known(id).alarm !== undefined) return false;
      health.set(id, { ...known(id), alarm });
      return true;
    },
    resolved: async (id, since) => {
      const { alarm, ...rest } = known(id);
      if (alarm?.since !== since) return false;
      health.set(id, rest);
      return true;
    },
    forgetHoursBefore: async () => undefined,
    refusedSample: async (id, nowMs) => {
      const sample = samples.get(id);
      return sample !== undefined && sampleExpiresAt(sample) * 1_000 > nowMs ? sample : undefined;
    },
    delete: async (id) => {
      health.delete(id);
      samples.delete(id);
    },
  };
}
