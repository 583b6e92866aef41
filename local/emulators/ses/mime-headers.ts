/** The bare address of `"Name" <user@example.com>`, lower case. */
export function addressOf(text: string): string {
  return (/<([^<>]*)>\s*$/.exec(text)?.[1] ?? text).trim().toLowerCase();
}

/** The value of a header in raw MIME, unfolded; undefined when it is not there. */
export function headerOf(raw: Buffer, name: string): string | undefined {
  const text = raw.toString('latin1');
  const end = text.search(/\r?\n\r?\n/);
  const lines = (end < 0 ? text : text.slice(0, end)).replaceAll(/\r?\n[ \t]+/g, ' ').split(/\r?\n/);
  const line = lines.find((candidate) => candidate.toLowerCase().startsWith(`${name.toLowerCase()}:`));
  return line?.slice(name.length + 1).trim();
}

/** Addresses of a header such as `To`: split at commas outside of quotes. */
export function splitAddresses(value: string | undefined): string[] {
  if (value === undefined) return [];
  const parts = value.match(/(?:"(?:[^"\\]|\\.)*"|[^,"])+/g) ?? [];
  return parts.map((part) => part.trim()).filter((part) => part !== '');
}

type Composed = {
  source: string;
  to: string[];
  cc: string[];
  replyTo: string[];
  subject: string;
  text: string | undefined;
  html: string | undefined;
};

/** The MIME that SES builds for the action `SendEmail`. */
export function composeMime(mail: Composed): Buffer {
  const boundary = 'tocsin-local-alternative';
  const part = (type: string, content: string): string => {
    const lines = Buffer.from(content).toString('base64').replaceAll(/.{76}/g, '$&\r\n');
    return `Content-Type: ${type}; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n${lines}\r\n`;
  };
  const headers = [
    `From: ${mail.source}`,
    `To: ${mail.to.join(', ')}`,
    ...(mail.cc.length > 0 ? [`Cc: ${mail.cc.join(', ')}`] : []),
    ...(mail.replyTo.length > 0 ? [`Reply-To: ${mail.replyTo.join(', ')}`] : []),
    `Subject: =?utf-8?B?${Buffer.from(mail.subject).toString('base64')}?=`,
    'MIME-Version: 1.0',
  ].join('\r\n');
  const { text, html } = mail;
  if (text !== undefined && html !== undefined) {
    const parts = [part('text/plain', text), part('text/html', html)]
      .map((p) => `--${boundary}\r\n${p}`)
      .join('');
    const type = `Content-Type: multipart/alternative; boundary="${boundary}"`;
    return Buffer.from(`${headers}\r\n${type}\r\n\r\n${parts}--${boundary}--\r\n`);
  }
  const single = html === undefined ? part('text/plain', text ?? '') : part('text/html', html);
  return Buffer.from(`${headers}\r\n${single}`);
}
