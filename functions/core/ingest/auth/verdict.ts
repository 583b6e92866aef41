/** Whether a request proved itself. The cause is for the operator's status, never for the sender. */
export type AuthVerdict =
  | { ok: true }
  | {
      ok: false;
      cause: 'missing-credential' | 'malformed-credential' | 'wrong-credential' | 'stale-timestamp';
    };

export const AUTHENTIC: AuthVerdict = { ok: true };

export function refused(cause: Extract<AuthVerdict, { ok: false }>['cause']): AuthVerdict {
  return { ok: false, cause };
}
