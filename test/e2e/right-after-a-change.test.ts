import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { startReceiver, type Receiver } from './receiver.ts';
import { runGateway, type CreatedSource, type RunningGateway } from './running-gateway.ts';

const PATIENCE = { timeout: 20_000, interval: 200 };

let gateway: RunningGateway;
let receiver: Receiver;
let source: CreatedSource;

beforeAll(async () => {
  gateway = await runGateway();
  receiver = await startReceiver();
  source = await gateway.tocsin<CreatedSource>(
    ...'source create --name edr --format generic --auth bearer'.split(' '),
  );
  // The routers have seen the configuration before each change.
  await create('early');
  await posted('early', 'the first');
}, 60_000);

afterAll(async () => {
  await gateway.close();
  await receiver.close();
});

async function create(name: string): Promise<void> {
  const url = receiver.url.replace('/hook', `/${name}`);
  const ca = gateway.file('ca.pem', receiver.ca);
  await gateway.tocsin('destination', 'create', 'webhook', '--name', name, '--url', url, '--ca-file', ca);
}

/** Posts an alert at once, and gives what this destination was posted of it. */
async function posted(name: string, title: string): Promise<string> {
  await fetch(source.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${source.secret}` },
    body: JSON.stringify({ title, severity: 'high' }),
  });
  return vi.waitFor(() => {
    const found = receiver.posts.find(({ path, body }) => path === `/${name}` && body.includes(title));
    if (found === undefined) throw new Error(`${name} was not posted ${title}`);
    return found.body;
  }, PATIENCE);
}

it('an alert that is posted right after a destination was created reaches it', async () => {
  await create('late');
  expect(await posted('late', 'after the creation')).toContain('after the creation');
});

it('an alert that is posted right after a destination was enabled again reaches it', async () => {
  await gateway.tocsin('destination', 'disable', 'late');
  await gateway.tocsin('destination', 'enable', 'late');
  expect(await posted('late', 'after it was enabled')).toContain('after it was enabled');
});

it('an alert that is posted right after a route was created follows it', async () => {
  await create('routed');
  await gateway.tocsin('route', 'update', 'default', '--to', 'early');
  await gateway.tocsin('route', 'create', '--name', 'all', '--source', 'edr', '--to', 'routed');
  expect(await posted('routed', 'after the route')).toContain('after the route');
});

it('an alert that is posted right after the secret was rotated is delivered', async () => {
  await gateway.tocsin('destination', 'rotate', 'routed');
  expect(await posted('routed', 'after the rotation')).toContain('after the rotation');
});
