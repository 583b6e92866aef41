import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  CLI_DOORS,
  CONSOLE_IS_OPENED_BY,
  isAllowed,
  LEAVES,
  PORTS,
  RULES,
  SCRIPTS,
  STAGES,
} from './import-rules.ts';
import {
  circlesAmong,
  filesBelow,
  importsOf,
  namesExportedBy,
  namesImportedBy,
  reachedFrom,
} from './imports.ts';

const ROOT = resolve(import.meta.dirname, '..');

describe('the import rules', () => {
  it.each(RULES)('hold in $layer', ({ layer, may }) => {
    const files = filesBelow(layer);
    expect(files, `${layer} is empty: the rule guards nothing`).not.toEqual([]);
    const broken = files.flatMap((file) =>
      importsOf(file)
        .filter((imported) => !isAllowed(imported, may))
        .map((imported) => `${file} imports ${imported}`),
    );
    expect(broken).toEqual([]);
  });

  it.each([
    ['functions/core/deliver/email', ['functions/core/deliver/webhook']],
    ['functions/core/deliver/webhook', ['functions/core/deliver/email']],
    ['functions/core/deliver/flood', ['functions/core/deliver/email', 'functions/core/deliver/webhook']],
    [
      'functions/core/deliver/story',
      ['functions/core/deliver/email', 'functions/core/deliver/webhook', 'functions/core/deliver/flood'],
    ],
  ])('keep channels apart: %s', (room, others) => {
    const files = filesBelow(room);
    expect(files).not.toEqual([]);
    const broken = files.flatMap((file) =>
      importsOf(file)
        .filter((imported) => isAllowed(imported, others))
        .map((imported) => `${file} imports ${imported}`),
    );
    expect(broken).toEqual([]);
  });

  it('keep the story of a delivery free of channels', () => {
    const room = 'functions/core/deliver';
    const story = filesBelow(room).filter((file) => !file.slice(room.length + 1).includes('/'));
    expect(story).toContain(`${room}/deliver.ts`);
    const broken = story.flatMap((file) =>
      importsOf(file)
        .filter((imported) => isAllowed(imported, [`${room}/email`, `${room}/webhook`, `${room}/flood`]))
        .map((imported) => `${file} imports ${imported}`),
    );
    expect(broken).toEqual([]);
  });

  it('hold in the entries: wiring only, short enough to read in one look', () => {
    const entries = readdirSync(join(ROOT, 'functions')).filter((name) => name.endsWith('.ts'));
    expect(entries).not.toEqual([]);
    const may = ['functions/handlers', 'functions/adapters', 'functions/core', '@middy/core', 'node:crypto'];
    const broken = entries.flatMap((name) =>
      importsOf(`functions/${name}`)
        .filter((imported) => !isAllowed(imported, may))
        .map((imported) => `functions/${name} imports ${imported}`),
    );
    expect(broken).toEqual([]);
  });

  it.each([...PORTS, 'functions/core/operator/ports.ts'])('leave only types in %s', (file) => {
    const code = readFileSync(join(ROOT, file), 'utf8').replaceAll(/\/\*\*[\s\S]*?\*\//gu, '');
    expect(code.match(/^(?:import|export) (?!type\b).*$/gmu) ?? []).toEqual([]);
  });

  it('let nobody but tests import the local run, the CLI, the console or the stack', () => {
    const layers = ['functions', 'cdk', 'cli', 'local', 'console'];
    const broken = layers.flatMap((layer) =>
      filesBelow(layer)
        .filter((file) => !CONSOLE_IS_OPENED_BY.has(file))
        .flatMap((file) =>
          importsOf(file)
            .filter((imported) =>
              layers.slice(1).some((other) => other !== layer && imported.startsWith(`${other}/`)),
            )
            .filter((imported) => !(layer === 'console' && isAllowed(imported, CLI_DOORS)))
            .filter((imported) => !(layer === 'local' && SCRIPTS.includes(imported)))
            .map((imported) => `${file} imports ${imported}`),
        ),
    );
    expect(broken).toEqual([]);
  });

  it('keep the AWS SDK in the adapters', () => {
    const broken = ['functions/core', 'functions/handlers', 'cdk', 'cli', 'local', 'console'].flatMap(
      (layer) =>
        filesBelow(layer).filter((file) =>
          importsOf(file).some((imported) => /^@(?:aws-sdk|smithy)\//u.test(imported)),
        ),
    );
    expect(broken).toEqual([]);
  });

  it('let the core read addresses, and open no socket', () => {
    const taken = filesBelow('functions/core').flatMap((file) =>
      Array.from(
        readFileSync(join(ROOT, file), 'utf8').matchAll(/^import (.*) from 'node:net';$/gmu),
        ([, names = '']) => names,
      ),
    );
    expect(taken).not.toEqual([]);
    const names = taken.flatMap((list) =>
      list
        .replaceAll(/[{}]/gu, '')
        .split(',')
        .map((name) => name.trim()),
    );
    expect(names.filter((name) => !['BlockList', 'isIP', 'isIPv6'].includes(name))).toEqual([]);
  });

  it.each(['functions', 'cli', 'cdk', 'local', 'console', 'test'])(
    'let no circle into %s, types included',
    (layer) => {
      expect(circlesAmong(filesBelow(layer))).toEqual([]);
    },
  );

  it('have every system alert noted before its message is sent, so that one that vanishes is missed', () => {
    const files = [...filesBelow('functions'), ...filesBelow('cli')].filter(
      (file) => file !== 'functions/adapters/sqs/alert-queue.ts',
    );
    const makers = files.flatMap((file) =>
      Array.from(
        readFileSync(join(ROOT, file), 'utf8').matchAll(/(\w+\(\s*)?\bsqsAlertQueue\(/gu),
        ([, wrapper = '']) => ({ file, isNoted: wrapper.startsWith('watchedAlertQueue(') }),
      ),
    );
    expect(makers.length).toBeGreaterThan(8);
    const bare = makers.filter(({ isNoted }) => !isNoted);
    expect(bare).toEqual([]);
  });

  it('leave in the model what is on a wire and what is configured, and nothing else', () => {
    expect(readdirSync(join(ROOT, 'functions/core/model')).sort()).toEqual(['config', 'wire']);
  });

  it('keep the adapters out of the tests of the core', () => {
    const broken = filesBelow('test/core').flatMap((file) =>
      importsOf(file)
        .filter((imported) => imported.startsWith('functions/adapters/'))
        .map((imported) => `${file} imports ${imported}`),
    );
    expect(broken).toEqual([]);
  });

  it('see every import there is: a rule that reads nothing guards nothing', () => {
    expect(importsOf('functions/core/deliver/deliver.ts')).toContain('functions/core/model/wire/delivery.ts');
    expect(importsOf('functions/ingest.ts')).toContain('@middy/core');
  });
});

describe('the rooms of the adapters', () => {
  it('are all under a rule', () => {
    const rooms = readdirSync(join(ROOT, 'functions/adapters'));
    const ruled = new Set(RULES.map(({ layer }) => layer));
    expect(rooms.filter((room) => !ruled.has(`functions/adapters/${room}`))).toEqual([]);
  });

  it('keep what only operators use out of every Lambda', () => {
    const entries = readdirSync(join(ROOT, 'functions')).filter((name) => name.endsWith('.ts'));
    const reached = entries.flatMap((name) =>
      Array.from(reachedFrom(`functions/${name}`))
        .filter((file) => /^functions\/(?:(?:adapters|core)\/operator|core\/config\/settings)\//u.test(file))
        .map((file) => `functions/${name} reaches ${file}`),
    );
    expect(reached).toEqual([]);
  });

  it('have nothing but keys.ts make a key of the table', () => {
    const place = 'functions/adapters/dynamodb/keys.ts';
    const makesKey = (file: string) =>
      readFileSync(join(ROOT, file), 'utf8')
        .replaceAll(/^\s*(?:\/?\*|\/\/).*$/gmu, '')
        .match(/(?<![':\w])(?:(?:time_|lookup_)?[ps]k):|\[TABLE\.\w*[kK]ey\]:/gu) !== null;
    const makers = ['functions', 'cli'].flatMap((layer) => filesBelow(layer).filter(makesKey));
    expect(makers).toEqual([place]);
  });
});

describe('every export', () => {
  const layers = ['functions', 'cli', 'cdk', 'local', 'console'];
  /** What is imported by name at no place in the source: Lambda calls the entries, the bundlers put in what is left out, and what is packed. */
  const entries =
    /^functions\/[a-z-]+\.ts$|\/sdk-left-out\.ts$|\/vite\.config\.ts$|\/packed-functions\.ts$|^console\/api\//u;

  it('is imported by some other file', () => {
    const files = [...layers, 'test', 'bench'].flatMap(filesBelow);
    const imported = new Set(files.flatMap((file) => namesImportedBy(file)));
    const unused = layers
      .flatMap(filesBelow)
      .filter((file) => !entries.test(file))
      .flatMap((file) => namesExportedBy(file).map((name) => `${file} ${name}`))
      .filter((one) => !imported.has(one));
    expect(unused).toEqual([]);
  });
});

describe('the command line', () => {
  it('reads its arguments before it loads a command or a client of AWS', () => {
    const source = (file: string): string => readFileSync(join(ROOT, file), 'utf8');
    const reached = new Set(['cli/main.ts']);
    for (const file of reached) {
      for (const [, from = ''] of source(file).matchAll(
        /^(?:import|export)\s(?!type)[^;]*?from\s+'(\.[^']+)'/gmu,
      )) {
        reached.add(relative(ROOT, resolve(ROOT, file, '..', from)));
      }
    }
    const heavy = /^cli\/(?:connect\.ts$|commands\/(?!index))|^functions\/adapters\/|^console\//u;
    expect(reached.has('cli/program.ts')).toBe(true);
    expect([...reached].filter((file) => heavy.test(file))).toEqual([]);
  });
});

describe('what fans out', () => {
  it('is bounded: only a list that is written out starts all at once', () => {
    const unbounded = ['functions', 'cli'].flatMap((layer) =>
      filesBelow(layer)
        .filter((file) => file !== 'functions/core/bounded-map.ts')
        .filter((file) =>
          /Promise\.(?:all|allSettled)\(\s*[^[\s]|Promise\.(?:all|allSettled)\(\s*\[\s*\.\.\./u.test(
            readFileSync(join(ROOT, file), 'utf8'),
          ),
        ),
    );
    expect(unbounded, 'expected boundedMap').toEqual([]);
  });
});

describe('batches of the table', () => {
  it.each([
    ['BatchGetItem', 'functions/adapters/dynamodb/batch-get.ts'],
    ['BatchWriteItem', 'functions/adapters/dynamodb/batch-write.ts'],
    ['BatchExecuteStatement', 'functions/adapters/dynamodb/insert-each.ts'],
  ])('are made in one place, which names each key once: %s', (operation, place) => {
    const callers = ['functions', 'cli'].flatMap((layer) =>
      filesBelow(layer).filter((file) =>
        readFileSync(join(ROOT, file), 'utf8').includes(`call('${operation}'`),
      ),
    );
    expect(callers).toEqual([place]);
  });
});

describe('the bytes of a request', () => {
  it('become records behind one door', () => {
    const inner = ['body-text', 'decompress', 'utf8', 'value-count', 'keep-numbers'];
    const behind = new Set(inner.map((name) => `functions/core/ingest/body/${name}.ts`));
    const broken = filesBelow('functions')
      .filter((file) => !file.startsWith('functions/core/ingest/body/'))
      .filter((file) => importsOf(file).some((imported) => behind.has(imported)));
    expect(broken).toEqual([]);
    expect(importsOf('functions/core/ingest/authenticate-request.ts')).toContain(
      'functions/core/ingest/body/read-body.ts',
    );
  });
});

describe('a verdict', () => {
  it('becomes writes in settle.ts alone', () => {
    const writes =
      /\b(?:deliveries\.(?:record|defer|suppress)|retries\.(?:handOver|deadLetter)|(?<!function )takeBack)\(/u;
    const writers = filesBelow('functions/core').filter((file) =>
      writes.test(readFileSync(join(ROOT, file), 'utf8')),
    );
    expect(writers).toEqual(['functions/core/deliver/settle.ts']);
  });
});

describe('text', () => {
  it.each([
    ['a half character at a cut', /\\ud800-\\udbff/u],
    ['a count of what is missing', /more characters\)/u],
    ['an address in part', /\*\*\*\$\{address/u],
  ])('is cut and masked in one place: %s', (_, pattern) => {
    const places = ['functions', 'cli'].flatMap((layer) =>
      filesBelow(layer).filter((file) => pattern.test(readFileSync(join(ROOT, file), 'utf8'))),
    );
    expect(places.every((file) => file.startsWith('functions/core/text/'))).toBe(true);
    expect(places).toHaveLength(1);
  });
});

describe('the rules of a stage', () => {
  /** Rooms behind one door: the tables of its tests go through all of them. */
  const DOORS: Record<string, string> = {
    'functions/core/ingest/body/': 'test/core/ingest/body/kinds-of-bodies.test.ts',
    'functions/core/ingest/formats/': 'test/core/ingest/formats/any-payload.test.ts',
    'functions/core/deliver/email/compose/': 'test/core/deliver/email/compose/compose-mail.test.ts',
    'functions/core/deliver/webhook/formats/': 'test/core/deliver/webhook/formats/formats.test.ts',
  };
  const stages = [...STAGES.filter((stage) => stage !== 'functions/core/config'), ...LEAVES];

  it('have tests of their own', () => {
    const tests = filesBelow('test/core');
    const tested = new Set(tests.flatMap(importsOf));
    expect(Object.values(DOORS).filter((door) => !tests.includes(door))).toEqual([]);
    const untested = stages
      .flatMap(filesBelow)
      .filter((file) => /^export (?:async )?function/mu.test(readFileSync(join(ROOT, file), 'utf8')))
      .filter((file) => !Object.keys(DOORS).some((room) => file.startsWith(room)))
      .filter((file) => !tested.has(file))
      .filter((file) => !tests.includes(file.replace('functions/', 'test/').replace(/\.ts$/u, '.test.ts')));
    expect(untested).toEqual([]);
  });
});

describe('the names of files', () => {
  it('say what is in them: no utils, helpers, common, manager or service', () => {
    const vague = ['functions', 'cdk', 'cli', 'local', 'console', 'bench'].flatMap((layer) =>
      filesBelow(layer).filter((file) =>
        /(?:^|[/-])(?:utils?|helpers?|common|shared|managers?|service)(?:[./-]|$)/u.test(
          file.replaceAll('secrets-manager', ''),
        ),
      ),
    );
    expect(vague).toEqual([]);
  });
});

describe('test files, which share a process', () => {
  /** What a file does to its process, and what undoes it. Stubs of the environment end with their test (`unstubEnvs`). */
  const UNDONE: [does: RegExp, undoes: RegExp][] = [
    [/vi\.useFakeTimers\(/u, /vi\.useRealTimers\(/u],
    [/vi\.spyOn\(/u, /vi\.restoreAllMocks\(|\.mockRestore\(/u],
    [/vi\.stubGlobal\(/u, /vi\.unstubAllGlobals\(/u],
    [/process\.env(?:\.\w+|\[[^\]]+\]) \??\??=[^=]/u, /Reflect\.deleteProperty\(process\.env,/u],
  ];
  const NEVER = /vi\.(?:do)?[mM]ock\(|process\.(?:chdir|umask)\(/u;
  /** Has a process to itself, since its spies are there from the first line. */
  const ALONE = new Set(['test/adapters/https/ssrf.test.ts', 'test/architecture.test.ts']);

  it('put back what they change of it', () => {
    const left = filesBelow('test')
      .filter((file) => !ALONE.has(file))
      .filter((file) => {
        const text = readFileSync(join(ROOT, file), 'utf8');
        return NEVER.test(text) || UNDONE.some(([does, undoes]) => does.test(text) && !undoes.test(text));
      });
    expect(left).toEqual([]);
  });
});
