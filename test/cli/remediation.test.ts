import { describe, expect, it } from 'vitest';
import { memoryGateway } from './memory-gateway.ts';
import { NOW, run } from './run.ts';

describe('remediation', () => {
  it('is set, replaced, listed before what is built in, and removed', async () => {
    const gateway = memoryGateway();
    const cli = async (...argv: string[]) => run(['remediation', ...argv], { gateway });
    const set = await cli('set', 'okta.*', '--step', 'Lock it', '--step', 'Ask its owner', '--json');
    expect(set.json()).toEqual({
      type: 'okta.*',
      steps: ['Lock it', 'Ask its owner'],
      url: null,
      replaced: false,
    });
    const page = 'https://wiki.example.com/okta';
    const again = await cli('set', 'okta.*', '--step', 'Call the desk', '--url', page, '--json');
    expect(again.json()).toMatchObject({ steps: ['Call the desk'], url: page, replaced: true });
    const listed = (await cli('list', '--json')).json() as { remediation: object[] };
    expect(listed.remediation[0]).toEqual({
      type: 'okta.*',
      steps: ['Call the desk'],
      url: page,
      updated_at: new Date(NOW).toISOString(),
      is_built_in: false,
    });
    expect(listed.remediation.at(-1)).toMatchObject({ type: 'threat_alert*', is_built_in: true });
    expect((await cli('list')).stdout).toMatch(/threat_alert\* .*built in/);
    expect((await cli('remove', 'okta.*')).code).toBe(0);
    const gone = await cli('remove', 'okta.*');
    expect(gone).toMatchObject({ code: 1, stderr: expect.stringContaining('"okta.*"') as string });
  });

  it.each([
    [['set', 'a*b', '--step', 'x'], '<type> (type): "a*b" is no type'],
    [['set', 'a'], '--step (steps): missing; expected at least one step'],
    [['set', 'a', '--step', 'x\u001b[2J'], 'control character'],
    [
      ['set', 'a', '--step', 'x', '--url', 'http://wiki.example.com'],
      '--url: "http://wiki.example.com" is no',
    ],
  ])('refuses %j and says which flag', async (argv, words) => {
    const ran = await run(['remediation', ...argv], { gateway: memoryGateway() });
    expect(ran.code).toBe(2);
    expect(ran.stderr).toContain(words);
    expect(ran.stderr).not.toContain('\u001b');
  });
});
