import { describe, expect, it } from 'vitest';
import { ingestAlerts } from '../../../functions/core/ingest/ingest-alerts.ts';
import { acceptedDelta, refusedDelta } from '../../../functions/core/ingest/observe-request.ts';
import { refusedSample } from '../../../functions/core/ingest/refused-sample.ts';
import { unmatchedPaths } from '../../../functions/core/operator/unmatched-paths.ts';
import { aRequest, aSource, inMemoryPorts, NOW_MS } from './a-request.ts';

async function refused(body: object) {
  const { ports } = inMemoryPorts();
  return ingestAlerts(aRequest({ body }), ports).then(
    (ingested) => acceptedDelta(ingested, NOW_MS),
    (error: unknown) => refusedDelta(error, aSource(), NOW_MS),
  );
}

describe('a record that is refused', () => {
  it('is kept without its credentials, for the command that the refusal names', async () => {
    const delta = await refused({
      rule: { name: 'a' },
      api_key: 'k-123456',
      headers: { Cookie: 'c-123456' },
    });
    expect(delta?.lastRefusal?.cause).toMatch(/format mapping.*tocsin source infer/u);
    expect(JSON.parse(delta?.refusedSample?.record ?? '')).toMatchObject({ rule: { name: 'a' } });
    expect(JSON.stringify(delta)).not.toMatch(/k-123456|c-123456/u);
  });

  it('is kept beside others that were accepted', async () => {
    const delta = await refused([{ title: 'a' }, { rule: 'b' }]);
    expect(delta?.refusedSample?.record).toBe('{"rule":"b"}');
  });

  it('is not kept when all is well, nor when it is no object', async () => {
    expect((await refused({ title: 'a' }))?.refusedSample).toBeUndefined();
    expect((await refused([5]))?.refusedSample).toBeUndefined();
  });

  it('has long texts and lists cut, and is left out when it is large even so', () => {
    const sample = refusedSample({ text: 'x'.repeat(10_000), list: Array.from({ length: 100 }, () => 1) });
    expect(JSON.parse(sample ?? '')).toEqual({ text: 'x'.repeat(300), list: [1, 1, 1] });
    const large = Object.fromEntries(Array.from({ length: 5_000 }, (_, at) => [`field${at}`, at]));
    expect(refusedSample(large)).toBeUndefined();
  });
});

describe('paths of a mapping that lead to nothing', () => {
  const fields = { title: 'rule.name | message', severity: 'rule.sev', environment: '"prod"' };
  it('are those that no record has', () => {
    expect(unmatchedPaths({ fields }, [{ message: 'a' }, { rule: {} }])).toEqual({ severity: 'rule.sev' });
    expect(unmatchedPaths({ fields }, [{ message: 'a' }, { rule: { sev: 0 } }])).toEqual({});
  });
  it('are none as long as nothing came', () => {
    expect(unmatchedPaths({ fields }, [])).toEqual({});
  });
});
