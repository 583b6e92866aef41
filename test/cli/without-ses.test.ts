import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { WITHOUT_SES } from '../../functions/core/deliver/email/without-ses.ts';
import { transportOf } from '../../functions/core/deliver/email/transport.ts';
import { A_MAIL_SERVER, aMailingList, aMessage } from '../adapters/records.ts';
import { LOCAL_MANIFEST, memoryGateway, type MemoryGateway } from './memory-gateway.ts';
import { run } from './run.ts';

const { emailFrom: _from, configurationSet: _set, ...MANIFEST } = LOCAL_MANIFEST;

let gateway: MemoryGateway;
beforeEach(() => {
  gateway = memoryGateway(MANIFEST);
});

describe('where a deployment has no SES', () => {
  it('a destination without a mail server is refused, and says what it needs', async () => {
    const ran = await run(['destination', 'create', 'email', '--name', 'oncall', '--to', 'ops@example.com'], {
      gateway,
    });
    expect(ran.code).toBe(2);
    expect(ran.stderr).toMatch(/--transport .*this deployment has no SES .*expected smtp/u);
    expect(gateway.kept.config.destination.size).toBe(0);
  });

  it('status says so, and warns of a destination that was made for SES', async () => {
    gateway.kept.config.destination.set('dst_1', aMailingList({ id: 'dst_1', name: 'oncall' }));
    const ran = await run(['status'], { gateway });
    expect(ran.stdout).toContain('no SES; each destination has a mail server of its own');
    expect(ran.stdout).toContain('its mails become dead letters');
    expect(ran.stdout).not.toContain('SES could not be asked');
  });

  it('a change back to SES is refused', async () => {
    gateway.kept.config.destination.set(
      'dst_1',
      aMailingList({
        id: 'dst_1',
        name: 'oncall',
        transport: A_MAIL_SERVER,
      }),
    );
    const ran = await run(['destination', 'update', 'oncall', '--transport', 'ses'], { gateway });
    expect(ran.code).toBe(2);
    expect(ran.stderr).toContain('this deployment has no SES');
  });

  it('a configuration file with such a destination is refused, with its place', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'tocsin-without-ses-'));
    const file = join(folder, 'oncall.yml');
    await writeFile(
      file,
      'apiVersion: tocsin/v1\ndestinations:\n  oncall:\n    channel: email\n    to: [ops@example.com]\n',
    );
    const ran = await run(['apply', file], { gateway });
    await rm(folder, { recursive: true });
    expect(ran.code).not.toBe(0);
    expect(ran.stderr).toMatch(/oncall\.yml:\d+:\d+: .*this deployment has no SES/u);
    expect(gateway.kept.config.destination.size).toBe(0);
  });

  it('the mail of a destination that is left without one is a dead letter with the reason', async () => {
    const message = aMessage({ channel: 'email', recipient: 'ops@example.com' });
    const transport = await transportOf(message, aMailingList(), WITHOUT_SES);
    const mail = { to: 'ops@example.com', subject: 's', text: 't', html: 'h', headers: {} };
    expect(await transport.send(mail)).toMatchObject({
      verdict: 'failed',
      reason: 'mail-not-permitted',
      facts: { detail: expect.stringContaining('this deployment has no SES') as string },
    });
  });
});
