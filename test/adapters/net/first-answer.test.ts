import { describe, expect, it } from 'vitest';
import { firstAnswer } from '../../../functions/adapters/net/first-answer.ts';

type Asked = { address: string; servername: string; connectWithinMs?: number };

/** Asks a host with these addresses, of which those in `silent` cannot be connected to. */
async function ask(
  host: string,
  addresses: string[] | Error,
  {
    silent = [],
    denied = [],
    isOver = false,
  }: { silent?: string[]; denied?: string[]; isOver?: boolean } = {},
) {
  const asked: Asked[] = [];
  const deadline = new AbortController();
  const answer = await firstAnswer<string>({
    host,
    lookup: async () => {
      if (addresses instanceof Error) throw addresses;
      return addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
    },
    isAllowedAddress: (address) => !denied.includes(address),
    refusal: undefined,
    deadline: deadline.signal,
    deadlineMs: 9_000,
    phasesMs: {},
    ask: async (target) => {
      asked.push(target);
      if (isOver) deadline.abort();
      return silent.includes(target.address)
        ? { answer: `${target.address} is silent`, isConnected: false }
        : { answer: `${target.address} answers`, isConnected: true };
    },
  });
  return { answer, asked };
}
const addressesOf = ({ asked }: { asked: Asked[] }) => asked.map(({ address }) => address);

describe('a host with several addresses', () => {
  it('is asked at the next one only where nobody can have been reached, IPv4 first', async () => {
    const met = await ask('a.example', ['2001:db8::1', '192.0.2.1', '192.0.2.2'], { silent: ['192.0.2.1'] });
    expect(met.answer).toBe('192.0.2.2 answers');
    expect(addressesOf(met)).toEqual(['192.0.2.1', '192.0.2.2']);
  });

  it('shares its time among them, and the last has what is left', async () => {
    const silent = ['192.0.2.1', '192.0.2.2', '192.0.2.3'];
    const { asked } = await ask('a.example', silent, { silent });
    expect(asked.map(({ connectWithinMs: ms }) => ms === undefined || ms <= 4_500)).toEqual([
      true,
      true,
      true,
    ]);
    expect(asked.at(-1)).not.toHaveProperty('connectWithinMs');
  });

  it('is asked at three of them at the most, and answers what the last said', async () => {
    const silent = ['192.0.2.1', '192.0.2.2', '192.0.2.3', '192.0.2.4'];
    const met = await ask('a.example', silent, { silent });
    expect(met.answer).toBe('192.0.2.3 is silent');
    expect(met.asked).toHaveLength(3);
  });

  it('is refused as a whole for one that is not allowed', async () => {
    const met = await ask('a.example', ['192.0.2.1', '10.0.0.1'], { denied: ['10.0.0.1'] });
    expect(met.answer).toEqual({
      answer: 'refused-address',
      detail: 'a.example resolves to 10.0.0.1, which is not a public address',
    });
    expect(met.asked).toEqual([]);
  });

  it('is asked no more once the time is over', async () => {
    const met = await ask('a.example', ['192.0.2.1', '192.0.2.2'], { silent: ['192.0.2.1'], isOver: true });
    expect(addressesOf(met)).toEqual(['192.0.2.1']);
  });
});

describe('a host', () => {
  it.each([
    ['192.0.2.7', '192.0.2.7'],
    ['[2001:db8::7]', '2001:db8::7'],
  ])('that is an address is asked there, without a name for its certificate: %s', async (host, address) => {
    const { asked } = await ask(host, new Error('nobody should look it up'));
    expect(asked).toEqual([{ address, servername: '' }]);
  });

  it('that has no address, or no name server that answers, is said to be so', async () => {
    expect((await ask('a.example', [])).answer).toEqual({
      answer: 'dns-failed',
      detail: 'a.example has no address',
    });
    const failure = Object.assign(new Error('x'), { code: 'ENOTFOUND' });
    expect((await ask('a.example', failure)).answer).toEqual({
      answer: 'dns-failed',
      detail: 'a.example cannot be resolved (ENOTFOUND)',
    });
  });
});
