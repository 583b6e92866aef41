import { createServer } from 'node:http';
import { expect, onTestFinished, test } from 'vitest';
import { consoleWhenAsked } from '../../local/console-when-asked.ts';
import { closeAtOnce, takeLoopbackPort } from '../../local/gateway/loopback-port.ts';
import type { LocalConsole } from '../../local/local-run-options.ts';

/** A console behind a port that opens as the test says, with what became of it. */
async function served(open: (times: number) => Promise<Pick<LocalConsole, 'handle'>>) {
  const seen = { opened: 0, closed: 0, errors: [] as string[] };
  const console = consoleWhenAsked(
    async () => {
      seen.opened += 1;
      return { ...(await open(seen.opened)), close: () => void (seen.closed += 1) };
    },
    { dataDir: '/data', onError: (line) => seen.errors.push(line) },
  );
  const server = createServer((request, response) => void console.handle(request, response));
  onTestFinished(() => closeAtOnce(server));
  const url = `http://127.0.0.1:${String(await takeLoopbackPort(server, 0))}/`;
  const look = async () => {
    const response = await fetch(url);
    return [response.status, await response.text()];
  };
  return { console, look, seen };
}

const page = {
  handle: async (_: unknown, response: { end(text: string): unknown }) => void response.end('page'),
};

test('a console that nobody looks at is never opened', async () => {
  const { console, seen } = await served(() => Promise.resolve(page));
  await console.close();
  expect(seen).toEqual({ opened: 0, closed: 0, errors: [] });
});

test('several first looks open one console, which is closed once', async () => {
  const { console, look, seen } = await served(() => Promise.resolve(page));
  const answers = await Promise.all([look(), look(), look()]);
  expect(answers).toEqual([0, 1, 2].map(() => [200, 'page']));
  await console.close();
  expect(seen).toEqual({ opened: 1, closed: 1, errors: [] });
});

test('a console that cannot be opened says so, and is tried again', async () => {
  const { console, look, seen } = await served((times) =>
    times === 1 ? Promise.reject(new Error('no manifest')) : Promise.resolve(page),
  );
  expect(await look()).toEqual([503, 'the console does not run: no manifest\n']);
  await console.close();
  expect(await look()).toEqual([200, 'page']);
  expect(seen).toEqual({ opened: 2, closed: 0, errors: ['the console does not run: no manifest'] });
});
