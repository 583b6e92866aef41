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
        /** A message of SNS, behind the right credential, that SNS did not sign. */
        | 'wrong-sns-signature';
    };

export const AUTHENTIC: AuthVerdict = { ok: true };

export function refused(cause: Extract<AuthVerdict, { ok: false }>['cause']): AuthVerdict {
  return { ok: false, cause };
}
