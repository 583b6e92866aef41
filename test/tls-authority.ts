export {
  type IssuedCertificate,
  selfSigned,
  type TlsAuthority,
  tlsAuthority,
} from '../local/gateway/tls-authority.ts';
