import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { RemovalPolicy } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';

type UnsubscribeKeyProps = { secretName: string };

/** The key that signs unsubscribe links: `{"current": "…"}`, drawn when the stack is created. */
export class UnsubscribeKey extends Construct {
  readonly secretArn: string;

  constructor(scope: Construct, id: string, { secretName }: UnsubscribeKeyProps) {
    super(scope, id);
    const secret = new Secret(this, 'Secret', {
      secretName,
      description: 'Signs the unsubscribe links in the mails of Tocsin',
      // 48 of 62 characters: 285 bits.
      generateSecretString: {
        secretStringTemplate: '{}',
        generateStringKey: 'current',
        passwordLength: 48,
        excludePunctuation: true,
      },
      // Links of a gateway that is gone lead nowhere anyway, and a kept secret would block the name.
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.secretArn = secret.secretArn;
  }
}
