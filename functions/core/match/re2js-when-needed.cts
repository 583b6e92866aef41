/*
 * Stands in the bundles for the package re2js, which is 150 KB: it is read when a regular expression is compiled for the first time, and
 * never where no matcher is one. So it is CommonJS, whose exports can be getters.
 *
 * The package lies beside the code, under the name `#re2js` (`cdk/constructs/bundle-functions.ts`).
 */
module.exports = {
  get RE2JS() {
    return require('#re2js').RE2JS;
  },
  get RE2JSException() {
    return require('#re2js').RE2JSException;
  },
};
