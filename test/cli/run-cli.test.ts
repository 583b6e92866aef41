import { describe, expect, it } from 'vitest';
import { memoryGateway } from './memory-gateway.ts';
import { run } from './run.ts';

const failing = (error: Error) => ({
  connect: async () => {
    throw error;
  },
});
const named = (name: string, message: string): Error => Object.assign(new Error(message), { name });

describe('the command line', () => {
  it.each([
    [['sourc', 'list'], /Did you mean source\?/],
    [['source', 'lst'], /Did you mean list\?/],
    [['source', 'create', '--nme', 'x'], /Did you mean --name\?/],
    [['source', 'show'], /missing required argument/],
    [['source', 'list', 'extra'], /too many arguments/],
    [['source'], /Usage: tocsin source/],
    [[], /Usage: tocsin/],
    [['status', '--stack', 'a', '--data', 'b'], /exclude each other/],
    [['status', '--stack', '../x'], /no stack name/],
  ])('answers %j with 2 and a hint', async (argv, hint) => {
    const { code, stdout, stderr } = await run(argv, { gateway: memoryGateway() });
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(hint);
  });

  it.each([
    [['sourc', 'list', '--json']],
    [['source', '--json']],
    [['source', 'create', '--json', '--auth', 'x']],
  ])('tells wrong usage %j as one line of JSON on standard error', async (argv) => {
    const { code, stdout, stderr } = await run(argv);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
    expect(JSON.parse(stderr)).toMatchObject({
      error: { code: expect.stringMatching(/./) as string, message: expect.stringMatching(/./) as string },
    });
  });

  it('says how to get a gateway when there is none', async () => {
    const { code, stderr } = await run(['status', '--data', '/nonexistent']);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^error: .*npm start.*--stack.*\n$/);
  });

  it.each([
    [
      'ECONNREFUSED',
      Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:4000'), {
        code: 'ECONNREFUSED',
        address: '127.0.0.1',
        port: 4_000,
      }),
      /127\.0\.0\.1:4000.*npm start/,
    ],
    [
      'a wrapped refusal',
      new AggregateError([Object.assign(new Error('x'), { code: 'ECONNREFUSED' })]),
      /npm start/,
    ],
    [
      'an expired sign-in',
      named(
        'CredentialsProviderError',
        'Token is expired. To refresh this SSO session run aws sso login --profile default.',
      ),
      /profile "default".*To refresh this SSO session run aws sso login --profile default\./,
    ],
    [
      'a refused signature, without the request that AWS repeats',
      named('InvalidSignatureException', 'The signature does not match.\n\nx-amz-security-token:A-TOKEN'),
      /^(?!.*A-TOKEN).*The signature does not match\.\n$/,
    ],
    ['expired credentials', named('ExpiredTokenException', 'The security token is expired'), /expired/],
    ['no credentials', named('CredentialsProviderError', 'Could not load credentials'), /credentials/],
    ['no region', new Error('Region is missing'), /AWS_REGION/],
    [
      'no permission',
      named('AccessDeniedException', 'User: ana is not authorized to perform: dynamodb:Query'),
      /AWS refused: User: ana is not authorized to perform: dynamodb:Query/,
    ],
    ['throttling', named('ThrottlingException', 'Rate exceeded'), /slow down/],
    [
      'no such stack',
      new Error('no gateway "X" in region eu-west-1', { cause: named('ParameterNotFound', '') }),
      /no gateway "X" in region eu-west-1\n/,
    ],
    ['a bug', new TypeError('x is not a function'), /x is not a function \(TOCSIN_DEBUG=1 shows where\)/],
  ])('explains %s in one line', async (_what, error, message) => {
    const { code, stdout, stderr } = await run(['status'], failing(error));
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(message);
    expect(stderr).toMatch(/^error: [^\n]*\n$/);
  });

  it.each([
    [{ AWS_PROFILE: 'prod' }, 'profile "prod"'],
    [{ AWS_ACCESS_KEY_ID: 'AKIA' }, 'the variable AWS_ACCESS_KEY_ID'],
    [{}, 'profile "default"'],
  ])('names whose credentials it had: %j', async (env, expected) => {
    for (const name of ['CredentialsProviderError', 'ExpiredTokenException', 'UnrecognizedClientException']) {
      const { stderr } = await run(['status'], { ...failing(named(name, 'the advice')), env });
      expect(stderr).toContain(`credentials of ${expected}`);
      expect(stderr).toContain('the advice');
    }
  });

  it.each([
    [{ AWS_REGION: 'eu-west-1', AWS_DEFAULT_REGION: 'eu-west-2' }, 'eu-west-1'],
    [{ AWS_DEFAULT_REGION: 'eu-west-2' }, 'eu-west-2'],
    [{}, undefined],
  ])('takes the region from %j', async (env, region) => {
    const targets: unknown[] = [];
    const connect = async (target: unknown) => {
      targets.push(target);
      return memoryGateway();
    };
    await run(['status', '--stack', 'Dev'], { connect, env });
    expect(targets).toEqual([{ kind: 'stack', stack: 'Dev', region }]);
  });

  it('shows the stack with TOCSIN_DEBUG=1', async () => {
    const { stderr } = await run(['status'], {
      ...failing(new TypeError('x', { cause: new Error('deeper') })),
      env: { TOCSIN_DEBUG: '1' },
    });
    expect(stderr).toMatch(/^TypeError: x\n\s+at /);
    expect(stderr).toContain('caused by Error: deeper');
  });

  it('takes the target from --stack, then --data, then TOCSIN_STACK, then the folder', async () => {
    const targets: unknown[] = [];
    const connect = async (target: unknown) => {
      targets.push(target);
      return memoryGateway();
    };
    const env = { TOCSIN_STACK: 'Prod' };
    await run(['status', '--stack', 'Dev'], { connect, env });
    await run(['--data', 'x', 'status'], { connect, env });
    await run(['status'], { connect, env });
    await run(['status'], { connect });
    expect(targets).toEqual([
      { kind: 'stack', stack: 'Dev' },
      { kind: 'local', data: 'x' },
      { kind: 'stack', stack: 'Prod' },
      { kind: 'local', data: '.tocsin' },
    ]);
  });

  it.each([
    [true, {}, true],
    [true, { NO_COLOR: '1' }, false],
    [false, {}, false],
  ])('colors on a terminal (%s) with %j: %s', async (isTTY, env, isColored) => {
    let text = '';
    await run(['status'], {
      gateway: memoryGateway(),
      env,
      stdout: { write: (more) => void (text += more), isTTY, columns: 100 },
    });
    expect(text.includes('\u001b[')).toBe(isColored);
  });
});
