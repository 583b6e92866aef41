/** Dot-atom of RFC 5322, section 3.2.3: what every mail service accepts, without quoted local parts. */
const LOCAL = /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/;
const LABEL = /^[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/;

/**
 * What is wrong with a bare e-mail address, in words that follow it; undefined when nothing is.
 *
 * Strict on purpose: SES passes CR and LF in an address to the wire, and several addresses in one entry would be
 * mailed, suppressed and unsubscribed as one. Domains with other letters are written in their `xn--` form.
 */
export function emailAddressProblem(address: string): string | undefined {
  if (address === '') return 'is empty; expected an e-mail address';
  if (/[\p{Cc}\u2028\u2029]/u.test(address)) return 'contains a line break or control character';
  if (/[<>"()]/.test(address)) return 'has a display name; give the address alone, such as ana@example.com';
  if (/[,;]/.test(address)) return 'holds more than one address; expected one address per entry';
  if (/\s/.test(address)) return 'contains white space';
  const at = address.lastIndexOf('@');
  if (at < 1) return 'is no e-mail address; expected one such as ana@example.com';
  const local = address.slice(0, at);
  const domain = address.slice(at + 1);
  // RFC 5321, section 4.5.3.1: 64 octets before the @, 254 in all.
  if (address.length > 254 || local.length > 64) return 'is longer than an e-mail address can be';
  const labels = domain.split('.');
  if (!LOCAL.test(local) || labels.length < 2 || !labels.every((label) => LABEL.test(label))) {
    return 'is no e-mail address; expected one such as ana@example.com';
  }
  return undefined;
}
