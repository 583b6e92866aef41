/** `ana@example.com` becomes `a***@example.com`: enough to know oneself, too little to write to. */
export function maskedAddress(address: string): string {
  const at = address.lastIndexOf('@');
  return `${address.slice(0, Math.min(1, at))}***${address.slice(at)}`;
}
