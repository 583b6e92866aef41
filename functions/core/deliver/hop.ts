/** The longest SQS hides a message. */
const MAX_HOP_SECONDS = 900;

/** How long a message is hidden that waits for `seconds`: a longer wait hops towards its `not_before`. */
export function hopSeconds(seconds: number): number {
  return Math.min(MAX_HOP_SECONDS, seconds);
}
