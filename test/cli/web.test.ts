import { beforeEach, describe, expect, it } from 'vitest';
import { LOCAL_MANIFEST, memoryGateway, type MemoryGateway } from './memory-gateway.ts';
import { aDelivery, anAlert, aRoutedAlert } from './records.ts';
import { run } from './run.ts';

const { endpoint: _, credentials: __, ...DEPLOYED } = LOCAL_MANIFEST;
const NAME = 'ci-prod';
let gateway: MemoryGateway;

function filled(manifest: typeof DEPLOYED): MemoryGateway {
  const filling = memoryGateway(manifest);
  filling.kept.alerts.set(anAlert().id, aRoutedAlert(anAlert()));
  filling.kept.deliveries.set(aDelivery().id, aDelivery());
  return filling;
}

beforeEach(async () => {
  gateway = filled(LOCAL_MANIFEST);
  await run(['source', 'create', '--name', NAME, '--format', 'github'], { gateway });
  await run(['destination', 'create', 'email', '--name', NAME, '--to', 'o@example.com'], { gateway });
});

/** The command as it is run at a terminal, and what was opened. */
async function atTerminal(argv: readonly string[], on = gateway) {
  const opened: string[] = [];
  let text = '';
  const ran = await run(argv, {
    gateway: on,
    stdout: { write: (more) => void (text += more), isTTY: true },
    openInBrowser: (url) => void opened.push(url),
  });
  return { ...ran, stdout: text, opened };
}

describe('--web', () => {
  it.each([
    [['alerts', 'show', anAlert().id], `#/alerts/${anAlert().id}`],
    [['alerts', 'show', aDelivery().id], `#/alerts/${anAlert().id}`],
    [['why', anAlert().id], `#/alerts/${anAlert().id}`],
    [['deliveries', 'show', aDelivery().id], `#/deliveries/${aDelivery().id}`],
    [['source', 'show', NAME], `#/sources/${NAME}`],
    [['destination', 'show', NAME], `#/destinations/${NAME}`],
    [['status'], '#/'],
  ])('opens the view of the local console, and prints its URL: %j', async (argv, hash) => {
    const { stdout, opened } = await atTerminal([...argv, '--web']);
    expect(stdout).toBe(`http://127.0.0.1:4000/${hash}\n`);
    expect(opened).toEqual([stdout.trim()]);
  });

  it('opens nothing for a script, and gives it one document', async () => {
    const opened: string[] = [];
    const argv = ['alerts', 'show', anAlert().id, '--web'];
    const openInBrowser = (url: string) => void opened.push(url);
    const piped = await run(argv, { gateway, openInBrowser });
    const url = `http://127.0.0.1:4000/#/alerts/${anAlert().id}`;
    expect(piped.stdout).toBe(`${url}\n`);
    expect((await run([...argv, '--json'], { gateway, openInBrowser })).json()).toEqual({ url, start: null });
    expect(opened).toEqual([]);
  });

  it('says of a stack in AWS how its console starts', async () => {
    const { stdout, opened } = await atTerminal(
      ['--stack', 'Prod', 'alerts', 'show', anAlert().id, '--web'],
      filled(DEPLOYED),
    );
    expect(stdout).toBe(
      `http://127.0.0.1:4040/#/alerts/${anAlert().id}\nwhile the console runs, which starts with: tocsin --stack Prod console\n`,
    );
    expect(opened).toEqual([]);
  });

  it('opens the console whose port is given', async () => {
    const { stdout, opened } = await atTerminal(
      ['alerts', 'show', anAlert().id, '--web', '--port', '8080'],
      filled(DEPLOYED),
    );
    expect(stdout).toBe(`http://127.0.0.1:8080/#/alerts/${anAlert().id}\n`);
    expect(opened).toEqual([stdout.trim()]);
  });

  it.each([
    [['alerts', 'show', anAlert().id, '--port', '8080'], '--port: goes with --web'],
    [['alerts', 'show', anAlert().id, '--web', '--port', 'x'], 'expected 0 to 65535'],
    [['status', '--watch', '--web'], 'exclude each other'],
  ])('is refused where it makes no sense: %j', async (argv, why) => {
    const { code, stderr } = await run(argv, { gateway });
    expect(code).toBe(2);
    expect(stderr).toContain(why);
  });

  it('finds out first whether there is such a thing', async () => {
    const { code, opened } = await atTerminal(['alerts', 'show', 'nope', '--web']);
    expect([code, opened]).toEqual([1, []]);
  });
});
