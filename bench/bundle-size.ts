/** Row 5: the largest bundle, minified and compressed. */
import { gzipSync } from 'node:zlib';
import { bundleFunctions } from '../cdk/constructs/bundle-functions.ts';
import { functionNames } from './bundles.ts';

const SHIP = { minified: 420_000, gzip: 130_000 };
const sizes = Array.from(bundleFunctions(functionNames()), ([name, bytes]) => ({
  name,
  minified: bytes.length,
  gzip: gzipSync(bytes, { level: 9 }).length,
})).toSorted((a, b) => b.minified - a.minified);
console.table(sizes);
const largest = sizes[0]!;
const gzip = Math.max(...sizes.map((size) => size.gzip));
console.log(
  `row 5: ${largest.name} ${String(largest.minified)} minified, ${String(gzip)} gzip; ship <= ${String(SHIP.minified)} / ${String(SHIP.gzip)}`,
);
process.exit(largest.minified <= SHIP.minified && gzip <= SHIP.gzip ? 0 : 1);
