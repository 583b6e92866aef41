/**
 * Stands in for `@aws-sdk/credential-provider-node` in the bundles.
 *
 * Lambda hands a function its credentials as environment variables. The SDK's own chain also knows profiles,
 * SSO, STS and the metadata services: some 135 KB of code per bundle that a function can never use. Tests and
 * the command line still run on the real chain, because only the bundler swaps it.
 */
export const defaultProvider = () => async () => {
  const {
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_SESSION_TOKEN: sessionToken,
  } = process.env;
  if (!accessKeyId || !secretAccessKey) {
    throw new Error(
      'no credentials in the environment; expected AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, which Lambda sets',
    );
  }
  return { accessKeyId, secretAccessKey, ...(sessionToken ? { sessionToken } : {}) };
};
