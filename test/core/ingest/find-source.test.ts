import { describe, expect, it } from 'vitest';
import { findSource } from '../../../functions/core/ingest/find-source.ts';
import type { IngestRequest } from '../../../functions/core/ingest/ingest-request.ts';
import { awsSourceId } from '../../../functions/core/model/config/aws-events.ts';
import { aSource } from './a-request.ts';

/** What is found of a registry that has every source, and which ids it was asked for. */
async function find(sourceId: string, via?: IngestRequest['via'], isEnabled = true) {
  const asked: string[] = [];
  const found = await findSource(
    { sourceId, ...(via !== undefined && { via }) },
    {
      find: async (id) => {
        asked.push(id);
        return aSource({ id, isEnabled });
      },
    },
  );
  return { asked, found: found?.id };
}

describe('the source of a request', () => {
  it('is the enabled one of that id', async () => {
    expect(await find('src_1')).toEqual({ asked: ['src_1'], found: 'src_1' });
  });

  it('is nobody while it is disabled', async () => {
    expect(await find('src_1', undefined, false)).toEqual({ asked: ['src_1'], found: undefined });
  });

  it.each(['', 'src_', 'dst_1', 'src_a b', `src_${'a'.repeat(65)}`, 'src_1#config', '__proto__'])(
    'is not looked up under a text that is no id: %j',
    async (sourceId) => {
      expect(await find(sourceId)).toEqual({ asked: [], found: undefined });
    },
  );

  it('of the AWS door is found by its event alone, never over HTTP', async () => {
    const id = awsSourceId('guardduty');
    expect(await find(id, 'aws-event')).toEqual({ asked: [id], found: id });
    expect(await find(id)).toEqual({ asked: [], found: undefined });
  });

  it('of the AWS door is no other one', async () => {
    expect(await find('src_1', 'aws-event')).toEqual({ asked: [], found: undefined });
  });
});
