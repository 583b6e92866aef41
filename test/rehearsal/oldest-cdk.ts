import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildPackage, OLDEST_PEERS } from '../../cdk/release/build-package.ts';

/**
 * The template of an app of a user, synthesized with the packed construct and these versions of the CDK from the registry; undefined
 * where npm's registry does not give them.
 */
function templateWith(
  app: string,
  packed: string,
  peers: Readonly<Record<string, string>>,
): string | undefined {
  mkdirSync(app);
  const dependencies = { ...peers, 'tocsin-cdk': `file:${packed}` };
  writeFileSync(join(app, 'package.json'), JSON.stringify({ private: true, type: 'module', dependencies }));
  writeFileSync(
    join(app, 'app.mjs'),
    `import { App, Stack } from 'aws-cdk-lib';
import { TocsinGateway } from 'tocsin-cdk';
const app = new App({ outdir: 'out' });
const stack = new Stack(app, 'Platform');
const gateway = new TocsinGateway(stack, 'Alerts', { emailFrom: 'alerts@example.com', organizationId: 'o-exampleorgid' });
gateway.addAwsEvents('guardduty', 'health');
app.synth();
`,
  );
  const installed = spawnSync('npm', ['install', '--silent', '--no-audit', '--no-fund'], { cwd: app });
  if (installed.status !== 0) return undefined;
  const made = spawnSync(process.execPath, ['app.mjs'], { cwd: app, encoding: 'utf8' });
  if (made.status !== 0) throw new Error(`${JSON.stringify(peers)}: ${made.stderr}`);
  return readFileSync(join(app, 'out', 'Platform.template.json'), 'utf8');
}

/** Whether the oldest CDK that the package names gives the template of ours; `unknown` where the registry does not answer. */
export async function isSameWithOldestCdk(folder: string): Promise<boolean | 'unknown'> {
  const built = join(folder, 'package');
  mkdirSync(built);
  await buildPackage(built, '0.0.0');
  const packed = spawnSync('npm', ['pack', built, '--pack-destination', folder, '--silent'], {
    encoding: 'utf8',
  });
  if (packed.status !== 0) throw new Error(packed.stderr);
  const file = join(folder, packed.stdout.trim());
  const { devDependencies } = JSON.parse(
    readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8'),
  ) as { devDependencies: Record<string, string> };
  const ours = Object.fromEntries(
    Object.keys(OLDEST_PEERS).map((name) => [name, devDependencies[name] ?? '']),
  );
  const [oldest, newest] = [
    templateWith(join(folder, 'oldest'), file, OLDEST_PEERS),
    templateWith(join(folder, 'newest'), file, ours),
  ];
  return oldest === undefined || newest === undefined ? 'unknown' : oldest === newest;
}
