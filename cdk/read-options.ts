import { NEW_ACCOUNT_QUOTA } from './concurrency.ts';

/** How the sender of the mails becomes known to SES. */
export type EmailIdentityKind = 'address' | 'domain' | 'existing';

/** A client-certificate trust store: an object in S3, at one version when the bucket keeps versions. */
type Truststore = { bucket: string; key: string; version?: string };

/** What an operator may choose about a deployment; everything else is fixed. */
export type GatewayOptions = {
  /** Also the prefix of every name: queues, functions, alarms, secrets. */
  stackName: string;
  emailFrom: string;
  emailIdentity: EmailIdentityKind;
  /** Who is told when an alarm goes off. */
  operatorEmail?: string;
  /** Days an alert and its deliveries stay in the table, 1..3650. */
  retentionDays: number;
  /** Executions at a time that the functions may use of the account's quota, 10..100000. */
  concurrency: number;
  domain?: { name: string; certificateArn: string; truststore?: Truststore };
};

/** A wrong option: one line for the operator, no stack. */
export class OptionError extends Error {
  override name = 'OptionError';
}

/** The value of a context key as the CDK knows it: text from `-c`, anything from cdk.json. */
type ReadContext = (name: string) => unknown;

// Function names end at 64 characters and queue names at 80: the longest of ours adds 27 to the stack's name.
const STACK_NAME = /^[A-Za-z][A-Za-z0-9-]{0,39}$/;
const EMAIL = /^[^\s@<>(),;:"[\]\\]+@[a-z0-9-]+(\.[a-z0-9-]+)+$/i;
const DOMAIN = /^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/i;
const CERTIFICATE_ARN = /^arn:aws[a-z-]*:acm:[a-z0-9-]+:\d{12}:certificate\/[A-Za-z0-9-]+$/;
const TRUSTSTORE = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])\/([^?#\s]+)$/;
const OBJECT_VERSION = /^[^\s"]{1,1024}$/;
const EMAIL_IDENTITIES: readonly string[] = ['address', 'domain', 'existing'] satisfies EmailIdentityKind[];

/**
 * The options of a deployment, from `-c name=value` or the `context` of cdk.json.
 *
 * Empty text counts as absent, so that `-c operatorEmail=` switches a default off.
 *
 * @throws OptionError naming the option, the value and what is expected
 */
export function readOptions(context: ReadContext): GatewayOptions {
  const operatorEmail = optional(context, 'operatorEmail', EMAIL, 'an e-mail address');
  const domain = readDomain(context);
  return {
    stackName: required(
      context,
      'stackName',
      STACK_NAME,
      'letters, digits and hyphens, a letter first, at most 40',
    ),
    emailFrom: required(context, 'emailFrom', EMAIL, 'an e-mail address such as alerts@example.com'),
    emailIdentity: readEmailIdentity(context),
    retentionDays: readWholeNumber(context, 'retentionDays', { least: 1, most: 3650 }),
    concurrency: readWholeNumber(context, 'concurrency', { least: NEW_ACCOUNT_QUOTA, most: 100_000 }),
    ...(operatorEmail === undefined ? {} : { operatorEmail }),
    ...(domain === undefined ? {} : { domain }),
  };
}

function readDomain(context: ReadContext): GatewayOptions['domain'] {
  const name = optional(context, 'domainName', DOMAIN, 'a domain name such as alerts.example.com');
  const certificateArn = optional(
    context,
    'certificateArn',
    CERTIFICATE_ARN,
    'the ARN of an ACM certificate',
  );
  const truststore = optional(context, 'mtlsTruststore', TRUSTSTORE, 's3://bucket/key of a PEM bundle');
  const version = optional(
    context,
    'mtlsTruststoreVersion',
    OBJECT_VERSION,
    'the version id of the object in a bucket that keeps versions',
  );
  if (version !== undefined && truststore === undefined) {
    throw alone('mtlsTruststoreVersion', version, 'mtlsTruststore');
  }
  if (name === undefined) {
    // API Gateway asks for client certificates on custom domains only.
    if (truststore !== undefined) throw alone('mtlsTruststore', truststore, 'domainName');
    if (certificateArn !== undefined) throw alone('certificateArn', certificateArn, 'domainName');
    return undefined;
  }
  if (certificateArn === undefined) throw alone('domainName', name, 'certificateArn');
  const [, bucket, key] = truststore === undefined ? [] : (TRUSTSTORE.exec(truststore) ?? []);
  if (!bucket || !key) return { name, certificateArn };
  return {
    name,
    certificateArn,
    truststore: { bucket, key, ...(version !== undefined && { version }) },
  };
}

function readEmailIdentity(context: ReadContext): EmailIdentityKind {
  const value = text(context, 'emailIdentity') ?? 'address';
  if (!EMAIL_IDENTITIES.includes(value)) throw wrong('emailIdentity', value, EMAIL_IDENTITIES.join(', '));
  return value as EmailIdentityKind;
}

function readWholeNumber(
  context: ReadContext,
  name: string,
  { least, most }: { least: number; most: number },
): number {
  const value = text(context, name) ?? '';
  const number = /^\d{1,9}$/.test(value) ? Number(value) : Number.NaN;
  if (!(number >= least && number <= most)) {
    throw wrong(name, value, `a whole number from ${least} to ${most}`);
  }
  return number;
}

function required(context: ReadContext, name: string, shape: RegExp, expected: string): string {
  const value = optional(context, name, shape, expected);
  if (value === undefined) throw wrong(name, '', expected);
  return value;
}

function optional(context: ReadContext, name: string, shape: RegExp, expected: string): string | undefined {
  const value = text(context, name);
  if (value !== undefined && !shape.test(value)) throw wrong(name, value, expected);
  return value;
}

function text(context: ReadContext, name: string): string | undefined {
  const value = context(name);
  if (value === undefined || value === null || value === '') return undefined;
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function wrong(name: string, value: string, expected: string): OptionError {
  // JSON keeps a line break inside the value from breaking the line.
  return new OptionError(`option ${name}: ${JSON.stringify(value)} is not valid; expected ${expected}`);
}

function alone(name: string, value: string, missing: string): OptionError {
  return new OptionError(
    `option ${name}: ${JSON.stringify(value)} is given without ${missing}; expected both`,
  );
}
