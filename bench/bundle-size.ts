/** Row 5: the largest bundle, minified and compressed; what lies beside it is not read at a start. */
import { gzipSync } from 'node:zlib';
import { bundleFunctions } from '../cdk/constructs/bundle-functions.ts';
import { functionNames } from './bundles.ts';
import { verdict } from './verdict.ts';

const SHIP = { minified: 420_000, gzip: 130_000 };
const sizes = Array.from(bundleFunctions(functionNames()), ([name, files]) => {
  const bytes = files.get('index.cjs') ?? '';
  return {
    name,
    minified: bytes.length,
    gzip: gzipSync(bytes, { level: 9 }).length,
    beside: [...files.keys()].filter((file) => !['index.cjs', 'package.json'].includes(file)).join(' '),
  };
});
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
