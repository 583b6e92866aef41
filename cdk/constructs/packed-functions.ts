import { join } from 'node:path';
import { Code } from 'aws-cdk-lib/aws-lambda';

/**
 * The code of each function as it was bundled for a release, in `functions/{name}` beside this file. In the package it
 * stands in for `bundle-functions.ts`, so that a user's app needs neither esbuild nor our source.
 */
export function functionCode(names: readonly string[]): (name: string) => Code {
  return (name) => {
    if (!names.includes(name)) throw new Error(`no function is called ${name}`);
    return Code.fromAsset(join(import.meta.dirname, 'functions', name));
  };
}
