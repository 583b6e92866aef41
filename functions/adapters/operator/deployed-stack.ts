import {
  CloudFormationClient,
  DescribeStacksCommand,
  GetTemplateCommand,
  UpdateTerminationProtectionCommand,
} from '@aws-sdk/client-cloudformation';
import { GetIdentityVerificationAttributesCommand, SESClient } from '@aws-sdk/client-ses';

/** The template that a stack was deployed with, as it was given; undefined when there is no such stack. */
export async function deployedTemplate(stackName: string): Promise<Record<string, unknown> | undefined> {
  try {
    const answer = await new CloudFormationClient({}).send(
      new GetTemplateCommand({ StackName: stackName, TemplateStage: 'Original' }),
    );
    return JSON.parse(answer.TemplateBody ?? '{}') as Record<string, unknown>;
  } catch (error) {
    // A ValidationError, as for everything that is wrong with a call: only its words say that there is no such stack.
    if (error instanceof Error && /does not exist/u.test(error.message)) return undefined;
    throw error;
  }
}

/** A stack of which nothing was ever deployed: its first deployment failed. */
const NEVER_DEPLOYED = new Set(['CREATE_FAILED', 'ROLLBACK_COMPLETE', 'ROLLBACK_FAILED']);

/**
 * Takes the protection against deletion off a stack whose first deployment failed, and tells whether there is such a stack. The CDK
 * deletes it before it makes another, and could not: it protects a stack before it makes it.
 */
export async function isLeftFromFailure(stackName: string): Promise<boolean> {
  const client = new CloudFormationClient({});
  try {
    const { Stacks: [stack] = [] } = await client.send(new DescribeStacksCommand({ StackName: stackName }));
    if (!NEVER_DEPLOYED.has(stack?.StackStatus ?? '')) return false;
  } catch (error) {
    if (error instanceof Error && /does not exist/u.test(error.message)) return false;
    throw error;
  }
  await client.send(
    new UpdateTerminationProtectionCommand({ StackName: stackName, EnableTerminationProtection: false }),
  );
  return true;
}

/** Whether SES knows an address or a domain, verified or not. False also where SES may not be asked. */
export async function isIdentityKnown(identity: string): Promise<boolean> {
  try {
    const { VerificationAttributes } = await new SESClient({}).send(
      new GetIdentityVerificationAttributesCommand({ Identities: [identity] }),
    );
    return VerificationAttributes?.[identity] !== undefined;
  } catch {
    // Then the deployment itself tells, later and in other words.
    return false;
  }
}
