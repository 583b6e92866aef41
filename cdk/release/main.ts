/** `npm run release`: the package `tocsin-cdk`, the list of what it is made of, and their checksums, in `release/`. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PROJECT_ROOT } from '../constructs/bundle-functions.ts';
import { buildPackage } from './build-package.ts';
import { releasedVersion } from './released-version.ts';

const npm = (args: string[]): string =>
  execFileSync('npm', args, { cwd: PROJECT_ROOT, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });

const { version: before } = JSON.parse(readFileSync(join(PROJECT_ROOT, 'package.json'), 'utf8')) as {
  version: string;
};
const version = releasedVersion(readFileSync(join(PROJECT_ROOT, 'CHANGELOG.md'), 'utf8'), before);
const target = join(PROJECT_ROOT, 'release');
rmSync(target, { recursive: true, force: true });
mkdirSync(target);

const folder = mkdtempSync(join(tmpdir(), 'tocsin-release-'));
try {
  await buildPackage(folder, version);
  npm(['pack', folder, '--pack-destination', target, '--silent']);
} finally {
  rmSync(folder, { recursive: true });
}
const bill = `tocsin-cdk-${version}.cdx.json`;
writeFileSync(join(target, bill), npm(['sbom', '--sbom-format', 'cyclonedx', '--omit', 'dev']));

const files = [`tocsin-cdk-${version}.tgz`, bill];
const sums = files.map((file) => {
  const digest = createHash('sha256')
    .update(readFileSync(join(target, file)))
    .digest('hex');
  return `${digest}  ${file}\n`;
});
writeFileSync(join(target, 'SHA256SUMS'), sums.join(''));
for (const file of [...files, 'SHA256SUMS']) console.log(join('release', file));
