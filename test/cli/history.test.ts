import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { callerOf } from '../../cli/caller.ts';
import { emulatedGateway } from './emulated-gateway.ts';
import { run } from './run.ts';

type Change = {
  at: string;
  by: string;
  what: string;
  fields?: { field: string; old?: string; new?: string }[];
};
type History = { items: { kind: string; id: string | null; changes: Change[] }[] };

let emulated: Awaited<ReturnType<typeof emulatedGateway>>;
beforeAll(async () => {
  emulated = await emulatedGateway();
});
afterAll(async () => emulated.close());

async function tocsin(...argv: string[]) {
  const { code, stdout, stderr } = await run([...argv, '--data', emulated.data]);
  expect(`${code} ${stderr}`).toBe('0 ');
  return stdout;
}
const historyOf = async (name: string) =>
  (JSON.parse(await tocsin('history', name, '--json')) as History).items;

describe('tocsin history', () => {
  it('tells who changed an item, when and what', async () => {
    await tocsin('destination', 'create', 'email', '--name', 'oncall', '--to', 'a@example.com');
    await tocsin('destination', 'update', 'oncall', '--min-severity', 'high');
    await tocsin('destination', 'disable', 'oncall');
    const me = await emulated.gateway.identity.arn();
    expect(me).toMatch(/^arn:aws:/u);
    const changes = (await historyOf('oncall'))[0]?.changes ?? [];
    expect(changes.map(({ by, what, fields }) => ({ by, what, fields }))).toEqual([
      { by: me, what: 'created', fields: undefined },
      { by: me, what: 'changed', fields: [{ field: 'minSeverity', new: 'high' }] },
      { by: me, what: 'changed', fields: [{ field: 'isEnabled', old: 'true', new: 'false' }] },
    ]);
    const shown = await tocsin('history', 'oncall');
    expect(shown).toContain(`changed by ${me}`);
    expect(shown).toContain('minSeverity: (none) -> high');
    expect(JSON.parse(await tocsin('destination', 'show', 'oncall', '--json'))).toMatchObject({
      updated_by: me,
    });
    expect(await tocsin('destination', 'show', 'oncall')).toContain(`by ${me}`);
  });

  it('tells of a rotation and of who deleted what is gone, and keeps a short list', async () => {
    await tocsin('source', 'create', '--name', 'ci');
    for (let times = 0; times < 12; times += 1) await tocsin('source', 'rotate', 'ci');
    const [before] = await historyOf('ci');
    expect(before?.changes).toHaveLength(10);
    expect(before?.changes.every(({ what }) => what === 'new secret')).toBe(true);
    await tocsin('source', 'delete', 'ci', '--yes');
    const [after] = await historyOf('ci');
    expect(after).toMatchObject({ kind: 'source', id: null });
    expect(after?.changes.at(-1)).toMatchObject({ what: 'deleted' });
    // A new one of the name is another one.
    await tocsin('source', 'create', '--name', 'ci');
    expect((await historyOf('ci'))[0]?.changes.map(({ what }) => what)).toEqual(['created']);
  });

  it('tells of a route, of the default route and of remediation', async () => {
    await tocsin('destination', 'create', 'email', '--name', 'list', '--to', 'a@example.com');
    await tocsin('route', 'create', '--name', 'urgent', '--to', 'list');
    await tocsin('route', 'update', 'default', '--to', 'none');
    await tocsin('remediation', 'set', 'okta.*', '--step', 'Call');
    await tocsin('remediation', 'set', 'okta.*', '--step', 'Write');
    expect(await historyOf('urgent')).toMatchObject([{ kind: 'route', changes: [{ what: 'created' }] }]);
    expect(await historyOf('default')).toMatchObject([{ kind: 'route', changes: [{ what: 'created' }] }]);
    expect((await historyOf('okta.*'))[0]?.changes.at(-1)?.fields).toEqual([
      { field: 'steps', old: '["Call"]', new: '["Write"]' },
    ]);
    await tocsin('remediation', 'remove', 'okta.*');
    expect((await historyOf('okta.*'))[0]?.changes.at(-1)).toMatchObject({ what: 'deleted' });
  });

  it('has no secret: of the URL of a chat it shows where that leads', async () => {
    const url = (token: string) => `https://hooks.slack.com/services/T0/B0/${token}`;
    await tocsin(
      'destination',
      'create',
      'webhook',
      '--name',
      'chat',
      '--format',
      'slack',
      '--url',
      url('first'),
    );
    await tocsin(
      'destination',
      'update',
      'chat',
      '--url',
      'https://hooks.slack-gov.com/services/T0/B0/second',
    );
    const told = JSON.stringify(await historyOf('chat'));
    expect(told).toContain('slack-gov');
    expect(told).not.toMatch(/first|second/u);
  });

  it('knows nothing of what was never there', async () => {
    const { code, stderr } = await run(['history', 'nobody', '--data', emulated.data]);
    expect(code).toBe(1);
    expect(stderr).toContain('"nobody"');
  });

  it('changes an item all the same where nobody answers who works, and says so', async () => {
    const refusing = Object.assign(new Error('no'), { name: 'AccessDenied' });
    expect(
      await callerOf({
        arn: async () => {
          throw refusing;
        },
      }),
    ).toBe('unknown (AccessDenied)');
  });
});
