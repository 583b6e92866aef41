import * as v from 'valibot';
import { AWS_EVENTS } from '../../model/config/aws-events.ts';
import { emailAddressProblem } from '../email-address.ts';
import { egressAllowProblem } from '../parse-egress-allow.ts';
import { quoted } from '../problem.ts';
import { choice, rule } from './schemas.ts';

/** How the sender of the mails becomes known to SES. */
export const EMAIL_IDENTITIES = ['address', 'domain', 'existing', 'none'] as const;

/**
 * The quota of concurrent executions that a new account has, per region. An increase is asked for in Service Quotas
 * (https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html).
 */
export const NEW_ACCOUNT_QUOTA = 10;

/** A client-certificate trust store, `s3://bucket/key`. */
export const TRUSTSTORE = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])\/([^?#\s]{1,1024})$/;

/** Function names end at 64 characters and queue names at 80: the longest of ours add 24 and 35 to the stack's name. */
export const STACK_NAME = /^[A-Za-z][A-Za-z0-9-]{0,39}$/;
const DOMAIN = /^([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}$/;
const CERTIFICATE_ARN = /^arn:aws[a-z-]*:acm:[a-z0-9-]+:\d{12}:certificate\/[A-Za-z0-9-]+$/;
const TABLE_NAME = /^[A-Za-z0-9_.-]{3,255}$/;
const ORGANIZATION_ID = /^o-[a-z0-9]{10,32}$/;
const VPC_ID = /^vpc-[0-9a-f]{8,17}$/;
const SUBNET_ID = /^subnet-[0-9a-f]{8,17}$/;
const SECURITY_GROUP_ID = /^sg-[0-9a-f]{8,17}$/;
const CANARY = /^(?:off|(?:[1-9]|[1-5]\d|60)m)$/;
/** What it leads to is judged when it is used; here only what a URL of this kind never has. */
const HEARTBEAT_URL = /^(?:https:\/\/[^\s/@\\?#]+(?:\/[^\s\\#]*)?|secretsmanager:[\w/+=.@-]{1,512})$/;
/** Says nothing of the value: who knows the URL can say that all is well. */
const HEARTBEAT_EXPECTED =
  'is not valid; expected an https:// URL without user, password and fragment, or secretsmanager:NAME';
const TAG_NAME = /^(?!aws:)[\p{L}\p{N} _.:/=+@-]{1,128}$/iu;
const TAG_VALUE = /^[\p{L}\p{N} _.:/=+@-]{0,256}$/u;
/** A resource takes fifty tags (https://docs.aws.amazon.com/general/latest/gr/aws_tagging.html, from memory). */
const MOST_TAGS = 50;
const BOUNDARY = /^(?:[\w+=,.@-]{1,128}|arn:aws[a-z-]*:iam::(?:\d{12}|aws):policy\/[\w+=,.@/-]{1,512})$/;
const OBJECT_VERSION = /^[^\s"]{1,1024}$/;

/** One option of `tocsin.json`. */
type DeploymentSetting = {
  /** What may be written, judged alone; it takes `undefined` where the option may be left out. */
  schema: v.GenericSchema;
  /** For the reference and for editors. */
  help: string;
  /** What applies when it is left out. */
  usual?: string;
};

const emailAddress = v.pipe(
  v.string(wrongly('an e-mail address such as alerts@example.com')),
  rule((address) => {
    const problem = emailAddressProblem(address);
    return problem === undefined ? undefined : `${quoted(address)} ${problem}`;
  }),
);

/**
 * What an operator may choose about a deployment; everything else is fixed.
 *
 * The reader of `tocsin.json`, its JSON Schema and the reference page follow from this list.
 */
export const DEPLOYMENT_SETTINGS = {
  stackName: {
    schema: v.optional(
      shaped(STACK_NAME, 'letters, digits and hyphens, a letter first, at most 40'),
      'Tocsin',
    ),
    help: 'the name of the stack, and the prefix of every name: queues, functions, alarms, secrets',
    usual: 'Tocsin',
  },
  emailFrom: {
    schema: v.optional(emailAddress),
    help: 'the address mails come from; SES must be allowed to send as it. A deployment needs it, unless emailIdentity is none',
  },
  emailIdentity: {
    schema: v.optional(choice(EMAIL_IDENTITIES), 'address'),
    help: 'what is registered with SES: the address, its domain, or nothing because the identity is an existing one. none: there is no SES, and every mail goes by the mail server of its destination (docs/deploy.md)',
    usual: 'address',
  },
  operatorEmail: {
    schema: v.optional(emailAddress),
    help: 'who is told when an alarm of the gateway itself goes off',
  },
  retentionDays: {
    schema: v.optional(wholeNumber({ least: 1, most: 3650 }), 90),
    help: 'days an alert and its deliveries stay in the table',
    usual: '90',
  },
  existingTable: {
    schema: v.optional(
      shaped(TABLE_NAME, 'the name of a table: letters, digits, _ - and dots, from 3 to 255'),
    ),
    help: 'the name of a table that was kept or restored, in the same account and region: the gateway takes it in the place of one of its own (docs/deploy.md)',
    usual: 'a table is made',
  },
  concurrency: {
    schema: v.optional(wholeNumber({ least: NEW_ACCOUNT_QUOTA, most: 100_000 }), NEW_ACCOUNT_QUOTA),
    help: "how many executions at a time Tocsin may use of the account's quota",
    usual: '10, the quota of a new account',
  },
  domainName: {
    schema: v.optional(shaped(DOMAIN, 'a domain name such as alerts.example.com')),
    help: 'a domain of your own in front of the API; it needs certificateArn',
  },
  certificateArn: {
    schema: v.optional(shaped(CERTIFICATE_ARN, 'the ARN of an ACM certificate')),
    help: 'the certificate of domainName, in ACM of the same region',
  },
  mtlsTruststore: {
    schema: v.optional(shaped(TRUSTSTORE, 's3://bucket/key of a PEM bundle')),
    help: 's3://bucket/key of a PEM bundle: senders must show a client certificate that it signed; it needs domainName',
  },
  mtlsTruststoreVersion: {
    schema: v.optional(
      shaped(OBJECT_VERSION, 'the version id of the object in a bucket that keeps versions'),
    ),
    help: 'the version of that object, where its bucket keeps versions: another one is taken when this changes',
    usual: 'the newest at the first deployment',
  },
  canary: {
    schema: v.optional(shaped(CANARY, 'off, or how often in whole minutes from 1m to 60m, such as 5m'), '5m'),
    help: 'how often an alert goes through the public URL and all the way to a receiver of our own, or off',
    usual: '5m, but off where mtlsTruststore is given',
  },
  heartbeatUrl: {
    schema: v.optional(v.pipe(v.string(HEARTBEAT_EXPECTED), v.regex(HEARTBEAT_URL, HEARTBEAT_EXPECTED))),
    help: 'who is told after each canary that arrived: a URL as healthchecks.io gives it, or better secretsmanager:NAME of a secret that holds it',
    usual: 'nobody',
  },
  awsEvents: {
    schema: v.optional(
      v.pipe(
        v.array(choice(AWS_EVENTS), wrongly(`a list of ${AWS_EVENTS.join(', ')}`)),
        v.check((list) => new Set(list).size === list.length, 'names a service twice'),
      ),
    ),
    help: 'whose findings and events arrive by EventBridge, without a URL or a secret, each as a source of its own',
    usual: 'none',
  },
  organizationId: {
    schema: v.optional(shaped(ORGANIZATION_ID, 'the id of an organization such as o-exampleorgid')),
    help: 'all accounts of this organization may send such events; it needs awsEvents',
  },
  tags: {
    schema: v.optional(
      v.pipe(
        // A list passes for a record otherwise.
        v.custom<Record<string, string>>(isNamed, wrongly('tags such as {"cost-center": "42"}')),
        v.record(
          v.pipe(v.string(), v.regex(TAG_NAME, wrongly('a name of a tag, which does not begin with aws:'))),
          shaped(TAG_VALUE, 'text of at most 256 letters, digits and _ . : / = + @ -'),
        ),
        v.check((tags) => Object.keys(tags).length <= MOST_TAGS, `has more than ${MOST_TAGS} tags`),
      ),
    ),
    help: 'tags of the stack, which CloudFormation gives to every resource that takes tags, such as {"cost-center": "42"}',
  },
  permissionsBoundary: {
    schema: v.optional(shaped(BOUNDARY, 'the name or the ARN of a policy of IAM')),
    help: 'the policy that bounds what the roles of the functions may do, where the account demands one: its name in the same account, or its ARN',
  },
  vpcId: {
    schema: v.optional(shaped(VPC_ID, 'the id of a VPC such as vpc-0a1b2c3d4e5f67890')),
    help: 'the VPC that private destinations are in (docs/private-receivers.md); it needs subnetIds, securityGroupIds and egressAllow',
  },
  subnetIds: {
    schema: v.optional(listOf(SUBNET_ID, 'the id of a subnet such as subnet-0a1b2c3d4e5f67890', 16)),
    help: 'subnets of that VPC, in which a function posts to private destinations: at least two, in different zones, is wise',
  },
  securityGroupIds: {
    schema: v.optional(
      listOf(SECURITY_GROUP_ID, 'the id of a security group such as sg-0a1b2c3d4e5f67890', 5),
    ),
    help: 'security groups of that function; what they let out is what it reaches',
  },
  egressAllow: {
    schema: v.optional(
      v.pipe(
        v.array(
          v.string(wrongly('a range such as 10.0.0.0/8')),
          wrongly('a list of ranges such as 10.0.0.0/8'),
        ),
        listRule(egressAllowProblem),
      ),
    ),
    help: 'where private destinations may be: ranges of RFC 1918, RFC 6598 and unique local addresses of IPv6, such as 10.0.0.0/8 and fd00::/8',
  },
} as const satisfies Readonly<Record<string, DeploymentSetting>>;

function isNamed(input: unknown): boolean {
  return typeof input === 'object' && input !== null && !Array.isArray(input);
}

/** A list of different ids, as many as AWS takes. */
function listOf(shape: RegExp, expected: string, most: number) {
  return v.pipe(
    v.array(shaped(shape, expected), wrongly(`a list of them: ${expected}`)),
    v.minLength(1, `is empty; expected ${expected}`),
    v.maxLength(most, `has more than the ${most} that a function of Lambda takes`),
    v.check((list) => new Set(list).size === list.length, 'names one of them twice'),
  );
}

/** A rule for a whole list; it says what is wrong, or nothing. */
function listRule(problem: (list: readonly string[]) => string | undefined) {
  return v.rawCheck<string[]>(({ dataset, addIssue }) => {
    const message = dataset.typed ? problem(dataset.value) : undefined;
    if (message !== undefined) addIssue({ message });
  });
}

function shaped(shape: RegExp, expected: string) {
  return v.pipe(v.string(wrongly(expected)), v.regex(shape, wrongly(expected)));
}

function wholeNumber({ least, most }: { least: number; most: number }) {
  const wrong = wrongly(`a whole number from ${least} to ${most}`);
  return v.pipe(v.number(wrong), v.integer(wrong), v.minValue(least, wrong), v.maxValue(most, wrong));
}

function wrongly(expected: string) {
  return ({ input }: { input: unknown }) => `${quoted(input)} is not valid; expected ${expected}`;
}
