import { describe, expect, test } from 'vitest';
import { parseArguments } from '../../cli/arguments.ts';
import { Failure } from '../../core/failure.ts';
import { rain } from './run.ts';

const DEFAULTS = { json: false, quiet: false, verbose: false };

describe('commands', () => {
  test('share', () => {
    const line =
      'share a b --public --as rain:1 --name N --skip --port 2000 --bind ::1 --limit 20mbit --no-lan';
    expect(parseArguments(line.split(' '))).toEqual({
      run: {
        kind: 'share',
        paths: ['a', 'b'],
        public: true,
        as: 'rain:1',
        name: 'N',
        skip: true,
        port: 2000,
        bind: '::1',
        limit: 2_500_000,
        lan: false,
        watch: false,
        yes: false,
      },
      common: DEFAULTS,
    });
  });

  test('get, with what is not said', () => {
    expect(parseArguments(['get', 'rain:1'])).toEqual({
      run: {
        kind: 'get',
        link: 'rain:1',
        from: [],
        out: '.',
        lan: true,
        seed: false,
        background: false,
        timeout: 30,
      },
      common: DEFAULTS,
    });
  });

  test('--from repeats', () => {
    const invocation = parseArguments('get x --from a:1 --from b:2'.split(' '));
    expect(invocation).toMatchObject({ run: { from: ['a:1', 'b:2'] } });
  });

  test.each([
    ['servers', { kind: 'servers', act: 'list' }],
    ['servers add a:1', { kind: 'servers', act: 'add', address: 'a:1' }],
    ['servers rm a:1', { kind: 'servers', act: 'rm', address: 'a:1' }],
    ['servers import s.json', { kind: 'servers', act: 'import', file: 's.json' }],
    ['rm x --delete-files', { kind: 'rm', id: 'x', deleteFiles: true }],
    ['ls', { kind: 'ls' }],
    ['demo', { kind: 'demo', servers: 3, size: 67_108_864, loss: 0.05 }],
    ['demo --servers 2 --size 1M --loss 10', { kind: 'demo', servers: 2, size: 1_000_000, loss: 0.1 }],
  ])('%s', (line, run) => {
    expect(parseArguments(line.split(' '))).toEqual({ run, common: DEFAULTS });
  });

  test('what every command understands may stand before it and after it', () => {
    const common = { ...DEFAULTS, json: true, data: '/d' };
    expect(parseArguments(['--json', '--data', '/d', 'ls'])).toMatchObject({ common });
    expect(parseArguments(['ls', '--data', '/d', '--json'])).toMatchObject({ common });
    expect(parseArguments(['servers', 'add', 'a:1', '--data', '/d', '--json'])).toMatchObject({ common });
  });
});

describe('wrong usage ends with 2 before anything is opened', () => {
  test.each([
    ['ls --jsn', 'usage'],
    ['lss', 'usage'],
    ['ls more', 'usage'],
    ['share', 'usage'],
    ['get', 'usage'],
    ['get a b', 'usage'],
    ['servers bogus', 'usage'],
    ['servers add', 'usage'],
    ['ls --quiet --verbose', 'usage'],
    ['share x --port 0', 'usage'],
    ['share x --limit fast', 'bad-rate'],
    ['share x --as rain:zz', 'bad-link'],
    ['share x --bind eth0', 'bad-address'],
    ['get 12345', 'bad-link'],
    ['get rain:0123456789abcdef.short', 'bad-link'],
    ['get 0123456789abcdef --from 1.2.3.4:99999', 'bad-address'],
    ['get 0123456789abcdef --timeout soon', 'usage'],
    ['rm nonsense', 'bad-link'],
    ['servers add a:b:c', 'bad-address'],
    ['demo --size 20mbit', 'bad-size'],
    ['demo --servers 0', 'usage'],
  ])('%s', async (line, code) => {
    const run = rain(`${line} --json`);
    expect(await run.code).toBe(2);
    expect(run.stdout.events).toEqual([expect.objectContaining({ event: 'error', code })]);
    expect(run.node()).toBeUndefined();
  });

  test('an unknown option suggests the right one', async () => {
    const run = rain('share x --pubic');
    expect(await run.code).toBe(2);
    expect(run.stderr.text).toBe("rain: unknown option '--pubic'\nDid you mean --public?\n");
    expect(run.stdout.text).toBe('');
  });

  test('no command at all shows the help on standard error', async () => {
    const run = rain([]);
    expect(await run.code).toBe(2);
    expect(run.stderr.text).toContain('Usage: rain');
    expect(run.stdout.text).toBe('');
  });
});

test('--help is asked for and so goes to standard output, with the exit codes', async () => {
  const run = rain('--help');
  expect(await run.code).toBe(0);
  expect(run.stdout.text).toMatch(/^ {2}130 {2}interrupted/m);
  expect(run.stdout.text).toMatch(/--data <dir>/);
});

test('the help of a command has its own options and the common ones', async () => {
  const run = rain('get --help');
  expect(await run.code).toBe(0);
  expect(run.stdout.text).toContain('--timeout <seconds>');
  expect(run.stdout.text).toContain('--json');
  expect(run.stdout.text).toContain('(default: 30)');
  expect(run.stdout.text).not.toMatch(/default: (false|\[)/);
});

describe('what is empty was meant to be something', () => {
  test.each([
    ['<path>', ['share', '']],
    ['<path>', ['share', 'a', '', 'b']],
    ['--as', ['share', 'a', '--as', '']],
    ['--name', ['share', 'a', '--name=']],
    ['--bind', ['share', 'a', '--bind', '']],
    ['<id-or-link>', ['get', '']],
    ['--out', ['get', 'rain:1', '--out', '']],
    ['--from', ['get', 'rain:1', '--from', 'a:1', '--from', '']],
    ['<id>', ['rm', '']],
    ['<host:port>', ['servers', 'add', '']],
    ['<host:port>', ['servers', 'rm', '']],
    ['<file>', ['servers', 'import', '']],
    ['--config', ['node', '--config', '']],
    ['--http', ['node', '--http', '']],
    ['--data', ['ls', '--data', '']],
    ['--data', ['--data', '', 'servers', 'add', 'a']],
  ])('%s is refused: %j', (what, args) => {
    expect(() => parseArguments(args)).toThrow(
      expect.objectContaining({ code: 'usage', message: `${what} is empty` }),
    );
  });

  test.each([
    ['share', 'a', '--port', ''],
    ['share', 'a', '--limit', ''],
    ['get', 'rain:1', '--timeout', ''],
    ['demo', '--size', ''],
  ])('as no number: %s %s %s', (...args) => {
    expect(() => parseArguments(args)).toThrow(Failure);
  });
});
