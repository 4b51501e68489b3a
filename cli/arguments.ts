/** The command line, parsed: what it may say stands here and nowhere else. */
import { Command, CommanderError, Option, type OutputConfiguration } from 'commander';
import { Failure } from '../core/failure.ts';
import manifest from '../package.json' with { type: 'json' };
import { EXIT, EXIT_MEANINGS, type ExitCode } from './exit-codes.ts';
import { integer, parseLoss, parsePort, parseRate, parseSeconds, parseSize } from './quantities.ts';

/** What every command understands. */
export interface Common {
  readonly data?: string;
  readonly json: boolean;
  readonly quiet: boolean;
  readonly verbose: boolean;
}

export interface ShareCommand {
  readonly kind: 'share';
  readonly paths: readonly string[];
  readonly public: boolean;
  /** Read again what has changed, under a new link. */
  readonly watch: boolean;
  /** Share a home folder or a whole drive, too. */
  readonly yes: boolean;
  readonly as?: string;
  readonly name?: string;
  readonly skip: boolean;
  readonly port?: number;
  readonly bind?: string;
  /** Bytes per second. */
  readonly limit?: number;
  readonly lan: boolean;
}

export interface GetCommand {
  readonly kind: 'get';
  readonly link: string;
  readonly from: readonly string[];
  readonly out: string;
  readonly name?: string;
  readonly port?: number;
  /** Bytes per second. */
  readonly limit?: number;
  readonly lan: boolean;
  readonly seed: boolean;
  readonly background: boolean;
  /** Seconds without a server that delivers. */
  readonly timeout: number;
}

export interface RemoveCommand {
  readonly kind: 'rm';
  readonly id: string;
  readonly deleteFiles: boolean;
}

export type ServersCommand =
  | { readonly kind: 'servers'; readonly act: 'list' }
  | { readonly kind: 'servers'; readonly act: 'add' | 'rm'; readonly address: string }
  | { readonly kind: 'servers'; readonly act: 'import'; readonly file: string };

export interface DemoCommand {
  readonly kind: 'demo';
  readonly servers: number;
  /** Bytes. */
  readonly size: number;
  /** 0..1 */
  readonly loss: number;
}

export interface NodeCommand {
  readonly kind: 'node';
  readonly config?: string;
  /** `host:port` of the gateway. */
  readonly http?: string;
  /** UDP port. */
  readonly port?: number;
  readonly lan: boolean;
  readonly classic: boolean;
}

export type AnyCommand =
  | ShareCommand
  | GetCommand
  | { readonly kind: 'ls' }
  | RemoveCommand
  | ServersCommand
  | NodeCommand
  | DemoCommand;

/** Either a command to run, or text (help, version) to print and be done. */
export type Invocation =
  | { readonly run: AnyCommand; readonly common: Common }
  | { readonly print: string; readonly to: 'stdout' | 'stderr'; readonly exit: ExitCode };

/** Throws Failure with `usage`, `bad-rate` or `bad-size`. `args` are those after the program's name. */
export function parseArguments(args: readonly string[]): Invocation {
  let parsed: Invocation | undefined;
  const printed = { stdout: '', stderr: '' };
  const take: Take = (run, common) => {
    parsed = { run, common };
  };
  // Errors reach the person through the report, in JSON if need be; so what commander writes is only kept.
  const program = describe(take, {
    writeOut: (text) => {
      printed.stdout += text;
    },
    writeErr: (text) => {
      printed.stderr += text;
    },
    outputError: () => {},
  });
  try {
    program.parse(args, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) {
      throw error;
    }
    if (error.code === 'commander.help') {
      return { print: printed.stderr, to: 'stderr', exit: EXIT.usage };
    }
    if (error.exitCode !== 0) {
      throw usageFailure(error.message);
    }
    return { print: printed.stdout, to: 'stdout', exit: EXIT.done };
  }
  if (parsed === undefined) {
    throw new Failure('usage', 'no command was given', 'Run `rain --help` for what there is.');
  }
  return parsed;
}

type Take = (run: AnyCommand, common: Common) => void;

function describe(take: Take, output: OutputConfiguration): Command {
  const program = new Command('rain')
    .description(manifest.description)
    .version(manifest.version, '-V, --version')
    .exitOverride()
    .configureOutput(output)
    .configureHelp({ showGlobalOptions: true, optionDescription: describeOption })
    .option('--data <dir>', 'data folder (or RAIN_DATA in the environment)')
    .option('--json', 'one JSON object a line on standard output, nothing else', false)
    .addOption(new Option('--quiet', 'results and errors only').default(false).conflicts('verbose'))
    .option('--verbose', 'say what goes on inside, on standard error', false)
    .addHelpText('after', `\n${exitCodeHelp()}\n\n${UNIT_HELP}`)
    .hook('preAction', (_program, command) => refuseEmpty(command));
  describeShare(program, take);
  describeGet(program, take);
  program
    .command('ls')
    .description('list what is shared and fetched')
    .action((_options, command: Command) => take({ kind: 'ls' }, commonOf(command)));
  program
    .command('rm')
    .description('forget a share or a transfer; shared originals are never deleted')
    .argument('<id>', 'id or link')
    .option('--delete-files', 'delete what was fetched, too', false)
    .action((id: string, options: { deleteFiles: boolean }, command: Command) =>
      take({ kind: 'rm', id, deleteFiles: options.deleteFiles }, commonOf(command)),
    );
  describeServers(program, take);
  describeNode(program, take);
  program
    .command('demo')
    .description('share and fetch a random file over a lossy link, all on this machine')
    .option('--servers <n>', 'sharing nodes', (text) => integer(text, 1, 16, 'number of servers'), 3)
    .addOption(new Option('--size <size>', 'of the file').argParser(parseSize).default(64 * 2 ** 20, '64MiB'))
    .addOption(
      new Option('--loss <percent>', 'of the datagrams, both ways, of the last server')
        .argParser(parseLoss)
        .default(0.05, '5'),
    )
    .action((options: Omit<DemoCommand, 'kind'>, command: Command) =>
      take({ kind: 'demo', ...options }, commonOf(command)),
    );
  return program;
}

function describeShare(program: Command, take: Take): void {
  program
    .command('share')
    .description('share files and folders until interrupted; prints the link')
    .argument('<path...>', 'files and folders; several, or a folder, are one resource')
    .option('--public', 'readable by anybody who has the id; otherwise only with the link', false)
    .option('--as <link>', 'serve a copy under a link one was given, after checking it')
    .option('--watch', 'read what has changed again, and print the new link', false)
    .option('--yes', 'share a home folder or a whole drive, too', false)
    .option('--name <name>', 'shown to those who fetch')
    .option('--skip', 'leave out what cannot be shared, and share the rest', false)
    .option('--port <port>', 'UDP port (default: 1980 if free)', parsePort)
    .option('--bind <address>', 'address to listen on (default: all)')
    .option('--limit <rate>', 'upload no faster than this', parseRate)
    .option('--no-lan', 'do not announce on the local network')
    .action((paths: string[], options: Omit<ShareCommand, 'kind' | 'paths'>, command: Command) =>
      take({ kind: 'share', paths, ...options }, commonOf(command)),
    );
}

function describeGet(program: Command, take: Take): void {
  program
    .command('get')
    .description('fetch from every server that has it; prints the path when all is verified')
    .argument('<id-or-link>', 'what `rain share` printed, or an id of 16 hex digits')
    .option('--from <host:port>', 'server to ask (repeatable)', collect, [])
    .option('--out <dir>', 'folder that receives it', '.')
    .option('--name <name>', 'what the file or folder is to be called there')
    .option('--port <port>', 'UDP port (default: 1980 if free)', parsePort)
    .option('--limit <rate>', 'download no faster than this', parseRate)
    .option('--no-lan', 'do not look for servers on the local network')
    .option('--seed', 'go on serving it until interrupted', false)
    .option('--background', 'give way to all other traffic', false)
    .option('--timeout <seconds>', 'give up after so long without a server that delivers', parseSeconds, 30)
    .action((link: string, options: Omit<GetCommand, 'kind' | 'link'>, command: Command) =>
      take({ kind: 'get', link, ...options }, commonOf(command)),
    );
}

function describeServers(program: Command, take: Take): void {
  const servers = program
    .command('servers')
    .description('list the servers that every transfer asks, or change them')
    .action((_options, command: Command) => take({ kind: 'servers', act: 'list' }, commonOf(command)));
  for (const [act, what] of [
    ['add', 'ask a server in every transfer'],
    ['rm', 'ask it no more'],
  ] as const) {
    servers
      .command(act)
      .description(what)
      .argument('<host:port>')
      .action((address: string, _options, command: Command) =>
        take({ kind: 'servers', act, address }, commonOf(command)),
      );
  }
  servers
    .command('import')
    .description('add all servers of a file')
    .argument('<file>', 'a servers.json: an array of {"host", "port"}')
    .action((file: string, _options, command: Command) =>
      take({ kind: 'servers', act: 'import', file }, commonOf(command)),
    );
}

function describeNode(program: Command, take: Take): void {
  program
    .command('node')
    .description('run a node of the store (Murky Waters) until SIGTERM')
    .option('--config <file>', 'configuration, as in docs/murky-waters.md; a file of 2012 will do')
    .option('--http <host:port>', 'where the gateway listens (default: 127.0.0.1:8080)')
    .option('--port <port>', 'UDP port (default: 1980 if free)', parsePort)
    .option('--no-lan', 'neither look for nodes on the local network nor announce this one')
    .option('--classic', 'speak the wire of 2012, too', false)
    .action((options: Omit<NodeCommand, 'kind'>, command: Command) =>
      take({ kind: 'node', ...options }, commonOf(command)),
    );
}

/** As commander does, but silent about what a switch or a list is when it is not given. */
function describeOption({ description, defaultValue, defaultValueDescription }: Option): string {
  const value: unknown = defaultValueDescription ?? defaultValue;
  const told = typeof value === 'string' || typeof value === 'number';
  return told ? `${description} (default: ${value})` : description;
}

/**
 * What is empty was meant to be something: "$FILE" of a script in which FILE is not set. As a path it would be the
 * folder one is in.
 */
function refuseEmpty(command: Command): void {
  const isEmpty = (value: unknown): boolean =>
    value === '' || (Array.isArray(value) && value.some((each) => each === ''));
  const argument = command.registeredArguments.find((_, i) => isEmpty(command.processedArgs[i]));
  const given: Readonly<Record<string, unknown>> = command.optsWithGlobals();
  const option = allOptions(command).find((each) => isEmpty(given[each.attributeName()]));
  const what = argument === undefined ? option?.long : `<${argument.name()}>`;
  if (what === undefined) return;
  throw new Failure(
    'usage',
    `${what} is empty`,
    'Is a variable not set? Write what is meant, such as . for this folder.',
  );
}

function allOptions(command: Command): readonly Option[] {
  return [...command.options, ...(command.parent === null ? [] : allOptions(command.parent))];
}

function commonOf(command: Command): Common {
  const { data, json, quiet, verbose } = command.optsWithGlobals<Common>();
  return { json, quiet, verbose, ...(data !== undefined && { data }) };
}

function collect(value: string, before: readonly string[]): readonly string[] {
  return [...before, value];
}

/** commander writes "error: what\n(Did you mean that?)"; the second line is the hint. */
function usageFailure(message: string): Failure {
  const [what, suggestion] = message.replace(/^error: /, '').split('\n');
  return new Failure(
    'usage',
    what,
    suggestion?.replace(/^\(|\)$/g, '') ??
      'Run `rain --help`, or with a command before it, for what there is.',
  );
}

function exitCodeHelp(): string {
  const lines = Object.entries(EXIT_MEANINGS).map(([code, meaning]) => `  ${code.padStart(3)}  ${meaning}`);
  return ['Exit codes:', ...lines].join('\n');
}

const UNIT_HELP = `Rates are bytes per second (500k, 2M, 1.5MiB) or bits (20mbit); sizes are bytes (64MiB, 1G).
k, M, G are powers of 1000; KiB, MiB, GiB of 1024.`;
