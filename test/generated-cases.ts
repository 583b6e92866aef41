import * as fc from 'fast-check';
import { IS_ALL } from './handlers/some-of.ts';

/**
 * Generated cases are the same in every run: whoever changed nothing sees what the last run saw. Others come with
 * `TOCSIN_FAULTS=all`, or with a number in `TOCSIN_SEED`, which a failure names.
 */
const seed = process.env['TOCSIN_SEED'];
if (seed !== undefined) fc.configureGlobal({ seed: Number(seed) });
else if (!IS_ALL) fc.configureGlobal({ seed: 1 });
