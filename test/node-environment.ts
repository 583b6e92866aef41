/**
 * What a test tells a program that gets an environment of its own: where programs are, and, for one of Node, where the files
 * are that were compiled before. See vitest.config.ts.
 */
export const NODE_ENVIRONMENT = {
  PATH: process.env['PATH'] ?? '',
  NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'] ?? '',
};
