/** The result of a TLS handshake. `untrusted`: no known authority vouches for the certificate, as with a private one. */
export type Reached =
  | {
      result: 'reached';
      address: string;
      tlsVersion: string;
      tookMs: number;
      /** The receiver's words. */
      issuer: string;
      /** ISO 8601. */
      validUntil: string;
    }
  | { result: 'unreachable' | 'untrusted'; address?: string; detail: string };

/** Asks a receiver for a TLS handshake, and for nothing more: no request is posted. */
export type Reachability = {
  handshake(receiver: {
    url: string;
    /** PEM. */
    tls: { ca?: string; certificate?: string; key?: string };
    deadlineMs: number;
  }): Promise<Reached>;
};
