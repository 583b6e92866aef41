/** Row 5: the largest bundle, minified and compressed. */
import { gzipSync } from 'node:zlib';
import { bundleFunctions } from '../cdk/constructs/bundle-functions.ts';
import { functionNames } from './bundles.ts';
import { verdict } from './verdict.ts';

const SHIP = { minified: 420_000, gzip: 130_000 };
const sizes = Array.from(bundleFunctions(functionNames()), ([name, bytes]) => ({
  name,
  minified: bytes.length,
  gzip: gzipSync(bytes, { level: 9 }).length,
}));
console.table(sizes);
verdict(
  'row 5: bytes of the largest bundle, minified',
  Math.max(...sizes.map((size) => size.minified)),
  SHIP.minified,
);
verdict(
  'row 5: bytes of the largest bundle, minified and compressed',
  Math.max(...sizes.map((size) => size.gzip)),
  SHIP.gzip,
);
