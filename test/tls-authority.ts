export { type IssuedCertificate, selfSigned, tlsAuthority } from '../local/gateway/tls-authority.ts';
