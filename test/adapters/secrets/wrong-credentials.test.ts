import { describe, expect, it } from 'vitest';
import { secretsManagerSourceSecrets } from '../../../functions/adapters/secrets/source-secrets.ts';
import { aRequest, aSource, codeOf, inMemoryPorts, SECRET } from '../../core/ingest/a-request.ts';

describe('a stream of wrong credentials', () => {
  it('makes the store be asked once per source and 30 s', async () => {
    const source = (id: string) => aSource({ id, auth: { type: 'bearer' } });
    const { ports, clock } = inMemoryPorts({ sources: [source('src_1'), source('src_2')] });
    const asked: string[] = [];
    const client = {
      send: async ({ input }: { input: { SecretId: string } }) => {
        asked.push(input.SecretId);
        return { SecretString: JSON.stringify({ current: SECRET }) };
      },
    } as unknown as Parameters<typeof secretsManagerSourceSecrets>[0]['client'];
    const secrets = secretsManagerSourceSecrets({ client, prefix: 'Tocsin', clock });
    const send = async (sourceId: string, token: string) =>
      codeOf(aRequest({ sourceId, headers: { authorization: `Bearer ${token}` } }), { ...ports, secrets });
    for (let attempt = 0; attempt < 20; attempt += 1) {
      expect(await send('src_1', `wrong ${attempt}`.replace(' ', ''))).toBe('unauthorized');
    }
    expect(asked).toEqual(['Tocsin/source/src_1', 'Tocsin/source/src_1']);
    expect(await send('src_2', 'wrong')).toBe('unauthorized');
    expect(asked.slice(2)).toEqual(['Tocsin/source/src_2', 'Tocsin/source/src_2']);
    clock.nowMs += 29_999;
    await send('src_1', 'wrong');
    expect(asked).toHaveLength(4);
    clock.nowMs += 1;
    await send('src_1', 'wrong');
    expect(asked).toHaveLength(5);
    expect(await send('src_1', SECRET)).toBe('accepted');
    expect(asked).toHaveLength(5);
  });
});
