import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { PACKS } from '../../cli/pack/packs.ts';
import { credentialHeaders } from '../../cli/source/sign-request.ts';
import type { SourceAuth } from '../../functions/core/model/config/source.ts';
import { SAMPLES } from '../cli/pack-samples.ts';
import { runGateway, type RunningGateway } from './running-gateway.ts';

const PATIENCE = { timeout: 60_000, interval: 200 };

let gateway: RunningGateway;
beforeAll(async () => {
  gateway = await runGateway();
  const called = ['--name', 'oncall', '--to', 'ana@example.com', '--role', 'it_admin', '--digests', 'off'];
  await gateway.tocsin('destination', 'create', 'email', ...called);
});
afterAll(async () => gateway.close());

type Enabled = { secrets: { name: string; secret: string; url: string }[] };
type Shown = { auth: Record<string, string> };

/** As its vendor sends it: an event of AWS through the door, everything else to the URL, with what proves the sender. */
async function send(name: string, { secrets }: Enabled): Promise<void> {
  const { payload, headers = {} } = SAMPLES[name] ?? { payload: {} };
  const body = JSON.stringify(payload);
  const [given] = secrets;
  if (given === undefined) {
    await gateway.tocsin('local', 'put-event', gateway.file(`${name}.json`, body));
    return;
  }
  const { auth } = await gateway.tocsin<Shown>('source', 'show', name);
  const { signed_content: signedContent, timestamp_header: timestampHeader, id_header: idHeader } = auth;
  const known: unknown = { ...auth, signedContent, timestampHeader, idHeader };
  const proof = credentialHeaders(known as SourceAuth, given.secret, body, {
    nowMs: Date.now(),
    id: `of-${name}`,
  });
  const { ok } = await fetch(given.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers, ...proof },
    body,
  });
  expect({ name, ok }).toEqual({ name, ok: true });
}

it('a sample of each pack becomes a mail that says what to do, by the way that its vendor takes', async () => {
  const enabled = new Map<string, Enabled>();
  for (const { name } of PACKS) {
    enabled.set(name, await gateway.tocsin<Enabled>('pack', 'enable', name, '--to', 'oncall'));
  }
  for (const [name, given] of enabled) await send(name, given);
  const missing = async (): Promise<string[]> => {
    const mails = (await gateway.local.mails()).map(({ subject, text }) => ({
      subject,
      text: text.replaceAll(/\s+/gu, ' '),
    }));
    return PACKS.filter(({ name, remediation }) => {
      const { title = '', type = '' } = SAMPLES[name] ?? {};
      const steps = remediation[type]?.step ?? [];
      // Where the sender gives a runbook of its own, that is what the mail says.
      return !mails.some(
        ({ subject, text }) =>
          subject.includes(title) &&
          (steps.every((step) => text.includes(step)) || text.includes('Follow the runbook.')),
      );
    }).map(({ name }) => name);
  };
  await vi.waitFor(async () => expect(await missing()).toEqual([]), PATIENCE);
  expect(gateway.errors).toEqual([]);
}, 90_000);
