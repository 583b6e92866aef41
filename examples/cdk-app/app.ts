import { App, CfnOutput, Stack } from 'aws-cdk-lib';
import { AccountRootPrincipal, Role } from 'aws-cdk-lib/aws-iam';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { TocsinGateway } from 'tocsin-cdk';

const app = new App();
const stack = new Stack(app, 'Platform', { terminationProtection: true });

const gateway = new TocsinGateway(stack, 'Alerts', {
  name: 'Tocsin',
  emailFrom: 'alerts@example.com',
  retentionDays: 400,
});

// What AWS tells by itself, without a URL or a secret.
gateway.addAwsEvents('guardduty', 'health', 'root-login');

// Those who operate it, and those who only read what happened.
const anybodyHere = { assumedBy: new AccountRootPrincipal() };
gateway.grantOperate(new Role(stack, 'AlertOperator', anybodyHere));
gateway.grantAudit(new Role(stack, 'AlertAuditor', anybodyHere));

gateway.operatorTopic.addSubscription(new EmailSubscription('platform@example.com'));
new CfnOutput(stack, 'IngestUrl', { value: gateway.ingestUrl });
