import { Construct } from 'constructs';
import { drawnSecret } from './drawn-secret.ts';

type UnsubscribeKeyProps = { secretName: string };

/** The key that signs unsubscribe links: `{"current": "…"}`, drawn when the stack is created. */
export class UnsubscribeKey extends Construct {
  readonly secretArn: string;

  constructor(scope: Construct, id: string, { secretName }: UnsubscribeKeyProps) {
    super(scope, id);
    const { secretArn } = drawnSecret(this, 'Secret', {
      secretName,
      description: 'Signs the unsubscribe links in the mails of Tocsin',
    });
    this.secretArn = secretArn;
  }
}
