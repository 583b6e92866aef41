import { createSign } from 'node:crypto';
import { tlsAuthority } from '../../tls-authority.ts';

const SIGNED = {
  Notification: ['Message', 'MessageId', 'Subject', 'Timestamp', 'TopicArn', 'Type'],
  SubscriptionConfirmation: [
    'Message',
    'MessageId',
    'SubscribeURL',
    'Timestamp',
    'Token',
    'TopicArn',
    'Type',
  ],
  UnsubscribeConfirmation: ['Message', 'MessageId', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type'],
};
export const CERTIFICATE_URL =
  'https://sns.eu-central-1.amazonaws.com/SimpleNotificationService-0123456789abcdef0123456789abcdef.pem';
export const SUBSCRIBE_URL =
  'https://sns.eu-central-1.amazonaws.com/?Action=ConfirmSubscription&Token=a-token';

type Message = Record<string, string>;

/** A topic of SNS that signs as Amazon does, with an RSA key and a certificate made for it. */
export function anSnsTopic() {
  const { cert, key } = tlsAuthority('Amazon').issue({ hosts: ['sns.amazonaws.com'], kind: 'rsa' });
  const sign = (given: Message, version: '1' | '2' = '2'): Message => {
    const message: Message = {
      Type: 'Notification',
      MessageId: '22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324',
      TopicArn: 'arn:aws:sns:eu-central-1:111122223333:alarms',
      Timestamp: '2026-03-02T08:15:31.000Z',
      SignatureVersion: version,
      SigningCertURL: CERTIFICATE_URL,
      ...given,
    };
    const text = SIGNED[message['Type'] as keyof typeof SIGNED]
      .filter((name) => message[name] !== undefined)
      .map((name) => `${name}\n${message[name] ?? ''}\n`)
      .join('');
    const signer = createSign(version === '1' ? 'RSA-SHA1' : 'RSA-SHA256').update(text, 'utf8');
    return { ...message, Signature: signer.sign(key, 'base64') };
  };
  const asking = (Type: string, version: '1' | '2' = '2') =>
    sign({ Type, Message: 'You have chosen.', Token: 'a-token', SubscribeURL: SUBSCRIBE_URL }, version);
  return { certificate: cert, sign, asking };
}
