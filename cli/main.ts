import { Failure } from '../core/failure.ts';
import { type AnyCommand, type Common, parseArguments } from './arguments.ts';
import { type ExitCode, exitCodeOf } from './exit-codes.ts';
import { get } from './get.ts';
import type { Context, Host } from './host.ts';
import { ls } from './ls.ts';
import { node } from './node.ts';
import type { Report } from './report.ts';
import { JsonReport } from './report-json.ts';
import { TextReport } from './report-text.ts';
import { rm } from './rm.ts';
import { servers } from './servers.ts';
import { share } from './share.ts';
import { Terminal } from './terminal.ts';
import { withOptions } from './with-options.ts';

/** Runs one command line; never rejects: what goes wrong is reported and becomes the exit code. */
export async function main(args: readonly string[], host: Host): Promise<ExitCode> {
  const terminal = new Terminal(host.stdout, host.stderr, host.env.TERM);
  // A command line that cannot be parsed must be answered in JSON, too, if that is what was asked for.
  let report = reportOf(terminal, {
    json: args.includes('--json'),
    quiet: false,
    verbose: args.includes('--verbose'),
  });
  let command: AnyCommand['kind'] | undefined;
  try {
    const invocation = parseArguments(args);
    if ('print' in invocation) {
      host[invocation.to].write(invocation.print);
      return invocation.exit;
    }
    const { run, common } = invocation;
    report = reportOf(terminal, common);
    command = run.kind;
    return await Promise.race([runCommand(run, { host, common, report }), host.crashed]);
  } catch (error) {
    const failure = error instanceof Failure ? error : internalFailure(error, report);
    report.failure(withOptions(failure, command));
    return exitCodeOf(failure.code);
  }
}

async function runCommand(command: AnyCommand, context: Context): Promise<ExitCode> {
  switch (command.kind) {
    case 'share':
      return share(command, context);
    case 'get':
      return get(command, context);
    case 'ls':
      return ls(context);
    case 'rm':
      return rm(command, context);
    case 'servers':
      return servers(command, context);
    case 'node':
      return node(command, context);
    case 'demo':
      return (await import('./demo.ts')).demo(command, context);
  }
}

function reportOf(terminal: Terminal, { json, quiet, verbose }: Common): Report {
  return json ? new JsonReport(terminal, verbose) : new TextReport(terminal, { quiet, verbose });
}

function internalFailure(error: unknown, report: Report): Failure {
  const { message, stack } = error instanceof Error ? error : new Error(String(error));
  report.log('warn', stack ?? message);
  return new Failure(
    'internal',
    `internal error: ${message}`,
    'Run it again with --verbose and report what it says.',
  );
}
