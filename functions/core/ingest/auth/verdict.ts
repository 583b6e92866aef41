/** Whether a request proved itself. The cause is for the operator's status, never for the sender. */
export type AuthVerdict =
  | { ok: true }
  | {
      ok: false;
      cause:
        | 'missing-credential'
        /** An `Authorization` header of another scheme, or a token with no scheme before it. */
        | 'wrong-scheme'
        | 'malformed-credential'
        | 'wrong-credential'
        | 'stale-timestamp'
        /** Sent over HTTP to a source of the AWS door, or the other way round. */
        | 'wrong-door'
        /** A message of SNS that SNS did not sign, or not with a certificate of its own. */
        | 'wrong-sns-signature'
        /** Auth `sns`: the body is not one message of SNS. */
        | 'no-sns-message'
        /** Auth `sns`: the topic sends without the envelope that holds the signature. */
        | 'raw-sns-message'
        /** Auth `sns`: the message is of a topic that the source does not list. */
        | 'sns-topic-not-listed';
    };

export const AUTHENTIC: AuthVerdict = { ok: true };

export function refused(cause: Extract<AuthVerdict, { ok: false }>['cause']): AuthVerdict {
  return { ok: false, cause };
}
