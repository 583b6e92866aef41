import { Validator } from '@cfworker/json-schema';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { PACKS } from '../../cli/pack/packs.ts';
import { configurationSchema } from '../../cli/reference/configuration-schema.ts';
import { composeMail } from '../../functions/core/deliver/email/compose/compose-mail.ts';
import { DEFAULT_REMEDIATION } from '../../functions/core/deliver/email/compose/default-remediation.ts';
import { mostExactFirst } from '../../functions/core/model/config/remediation.ts';
import { alertsOf } from '../core/ingest/formats/read-payload.ts';
import { emulatedGateway } from './emulated-gateway.ts';
import { SAMPLES, type Sample } from './pack-samples.ts';
import { run } from './run.ts';

type File = {
  sources: Record<string, Record<string, unknown>>;
  remediation: Record<string, object>;
};

const TOPIC = 'arn:aws:sns:eu-central-1:111122223333:findings';
const names = PACKS.map(({ name }) => name);
const topicOf = (name: string): string[] =>
  PACKS.find((pack) => pack.name === name)?.awsEvents === undefined ? [] : ['--topic', TOPIC];

let emulated: Awaited<ReturnType<typeof emulatedGateway>>;
beforeAll(async () => {
  emulated = await emulatedGateway();
});
afterAll(async () => emulated.close());

async function tocsin(...argv: string[]) {
  return run([...argv, '--data', emulated.data]);
}

it('there is a pack for each of the vendors that most teams have, and a sample for each pack', () => {
  expect(names.toSorted()).toEqual(Object.keys(SAMPLES).toSorted());
});

describe.each(names)('pack %s', (name) => {
  const sample = SAMPLES[name] as Sample;

  it('is a configuration file by the published schema', async () => {
    for (const more of [[], ['--to', 'oncall']]) {
      const { code, stdout } = await tocsin('pack', 'show', name, ...more);
      expect(code).toBe(0);
      expect(new Validator(configurationSchema(), '2020-12').validate(parse(stdout)).errors).toEqual([]);
    }
  });

  it('is enabled once: the plan, the secret, and then nothing more', async () => {
    const first = await tocsin('pack', 'enable', name, ...topicOf(name));
    expect(first).toMatchObject({ code: 0, stderr: '' });
    const plan = first.stdout.indexOf('Plan: ');
    expect(first.stdout.indexOf(`+ source ${name}`)).toBeLessThan(plan);
    const secret = first.stdout.indexOf('Shown this once: the secret');
    expect(secret > plan).toBe(topicOf(name).length === 0);
    expect(first.stdout).toContain('/v1/ingest/src_');
    const again = await tocsin('pack', 'enable', name);
    expect(again).toMatchObject({ code: 0, stderr: '' });
    expect(again.stdout).toMatch(/^No changes\./u);
    expect(again.stdout).not.toContain('secret');
  });

  it('stands in the export, and in the list', async () => {
    const file = parse((await tocsin('pack', 'show', name, ...topicOf(name))).stdout) as File;
    const exported = parse((await tocsin('export')).stdout) as File;
    expect(exported.sources[name]).toMatchObject({ format: file.sources[name]?.['format'] });
    expect(exported.remediation).toMatchObject(file.remediation);
    const { packs } = (await tocsin('pack', 'list', '--json')).json() as { packs: object[] };
    expect(packs).toContainEqual(expect.objectContaining({ name, source: name, state: 'enabled' }));
  });

  it('makes a mail that says what to do, of what its sender sends', async () => {
    const source = await emulated.gateway.config.find('source', name);
    const { readable } = await emulated.gateway.remediation.list();
    const alerts = alertsOf(source?.format ?? '', sample.payload, {
      headers: sample.headers ?? {},
      ...(source && { source }),
    });
    const alert = alerts.find(({ remediation }) => (remediation?.steps ?? []).length === 0);
    if (alert === undefined) throw new Error('every alert of the sample has steps of its own');
    const mail = composeMail({
      alert,
      role: 'it_admin',
      to: 'ana@receiver.example',
      destinationName: 'oncall',
      deliveryId: '6f1c0f6e-0d2e-5d55-9a53-5e8b2f7f6b11',
      messageIdDomain: 'sender.example',
      remediation: mostExactFirst(readable),
    });
    expect(mail.subject).toContain(sample.title);
    expect(mail.subject.toUpperCase()).toContain(sample.severity);
    const { step = [], url = '' } = PACKS.find((pack) => pack.name === name)?.remediation[sample.type] ?? {};
    expect(step.length).toBeGreaterThan(1);
    const text = mail.text.replaceAll(/\s+/gu, ' ');
    for (const one of step) expect(text).toContain(one);
    // Live where mails may link the host; else the reader types it, as any page of an operator's.
    const isText = ['prometheus.io', 'grafana.com', 'falco.org', 'documentation.wazuh.com'].includes(
      new URL(url).hostname,
    );
    expect(mail.html.includes(`href="${url}"`)).toBe(!isText);
    expect(text.includes('More: hxxps[:]//')).toBe(isText);
  });

  it('is more exact than what is built in, and hides nothing of it', () => {
    const own = Object.keys(PACKS.find((pack) => pack.name === name)?.remediation ?? {});
    const hidden = DEFAULT_REMEDIATION.filter(({ type }) =>
      own.some(
        (pattern) => pattern.endsWith('*') && type !== pattern && type.startsWith(pattern.slice(0, -1)),
      ),
    );
    expect(hidden.map(({ type }) => type)).toEqual([]);
  });
});
