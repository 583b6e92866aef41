import { writeFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { AWS_EVENTS, awsSourceName, type AwsEvents } from '../../functions/core/model/config/aws-events.ts';
import { awsSource } from '../../functions/core/model/config/aws-source.ts';
import { LOCAL_MANIFEST, memoryGateway } from './memory-gateway.ts';
import { NOW, run } from './run.ts';

const folder = mkdtempSync(join(tmpdir(), 'tocsin-door-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const AT = new Date(NOW).toISOString();

function withSourceOf(kind: (typeof AWS_EVENTS)[number] | 'other', awsEvents: AwsEvents[]) {
  const gateway = memoryGateway({ ...LOCAL_MANIFEST, awsEvents });
  const source = awsSource(kind, AT);
  gateway.kept.config.source.set(source.id, source);
  return { gateway, id: source.id };
}

it.each(AWS_EVENTS)(
  'the source of %s cannot be deleted while its events come in, and can once they do not',
  async (kind) => {
    const open = withSourceOf(kind, [...AWS_EVENTS]);
    const argv = ['source', 'delete', awsSourceName(kind), '--yes'];
    const refused = await run(argv, open);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain(
      `source "${awsSourceName(kind)}" would come back within five minutes, because the deployment lets events of ${kind} in`,
    );
    expect(refused.stderr).toContain(`source disable ${awsSourceName(kind)}`);
    expect(refused.stderr).toContain(`take "${kind}" out of awsEvents in tocsin.json`);
    expect(open.gateway.kept.config.source.has(open.id)).toBe(true);

    const closed = withSourceOf(
      kind,
      AWS_EVENTS.filter((one) => one !== kind),
    );
    expect(await run(argv, closed)).toMatchObject({ code: 0 });
    expect(closed.gateway.kept.config.source.has(closed.id)).toBe(false);
  },
);

it('a source for events of rules added by hand may be deleted', async () => {
  const { gateway, id } = withSourceOf('other', [...AWS_EVENTS]);
  expect(await run(['source', 'delete', 'aws-other', '--yes'], { gateway })).toMatchObject({ code: 0 });
  expect(gateway.kept.config.source.has(id)).toBe(false);
});

it('apply --prune refuses it as well, with the file, before it changes anything', async () => {
  const gateway = memoryGateway({ ...LOCAL_MANIFEST, awsEvents: ['health'] });
  const file = join(folder, 'tocsin.yml');
  const write = (sources: string): void => {
    writeFileSync(file, `apiVersion: tocsin/v1\nsources:\n${sources}`);
  };
  const ci = '  ci: {format: generic, auth: bearer, secret: {generate: true}}\n';
  write(`${ci}  aws-health: {format: aws-event, auth: aws-event, event: health}\n`);
  expect(await run(['apply', file], { gateway })).toMatchObject({ stderr: '', code: 0 });
  write(ci.replace('generic', 'cloudevents'));
  const refused = await run(['apply', file, '--prune'], { gateway });
  expect(refused.code).toBe(1);
  expect(refused.stderr).toContain(
    'sources.aws-health: is to be deleted, because no file names it, and would come back',
  );
  const formats = [...gateway.kept.config.source.values()].map((source) =>
    'format' in source ? source.format : undefined,
  );
  expect(formats).toEqual(['generic', 'aws-event']);
});
