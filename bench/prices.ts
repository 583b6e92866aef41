/**
 * US dollars for one, us-east-1, without the free tier; as docs/cost.md has them.
 * https://aws.amazon.com/dynamodb/pricing/on-demand/, /sqs/pricing/, /lambda/pricing/ (arm64), /api-gateway/pricing/,
 * /cloudwatch/pricing/, /secrets-manager/pricing/
 */
export const PRICES = {
  apiRequest: 1e-6,
  /** Of 64 KiB or a part of them. */
  queueRequest: 0.4e-6,
  invocation: 0.2e-6,
  gigabyteSecond: 13.33334e-6,
  writeUnit: 0.625e-6,
  readUnit: 0.125e-6,
  secretRead: 5e-6,
  logByte: 0.5e-9,
};
