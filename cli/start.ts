import { Failure } from '../core/failure.ts';
import { loadEngine } from './engine.ts';
import { EXIT, exitCodeOf } from './exit-codes.ts';
import { interruptOf } from './interrupt.ts';
import { main } from './main.ts';
import { workingFolder } from './standpoint.ts';

/** Runs the command line of this process, and ends it. */
export async function start(): Promise<void> {
  let crash: unknown;
  const crashed = new Promise<never>((_, reject) => {
    process.on('uncaughtException', (error) => {
      crash ??= error;
      reject(error);
    });
  });
  // It may happen when nobody waits for it yet.
  crashed.catch(() => {});
  // A command may wait for a signal only, and those keep no process alive.
  setInterval(() => {}, 2 ** 30);
  watchOutput();
  const code = await main(process.argv.slice(2), {
    platform: process.platform,
    env: process.env,
    get cwd() {
      return workingFolder();
    },
    stdout: process.stdout,
    stderr: process.stderr,
    interrupt: interruptOf(process, () => process.exit(EXIT.interrupted)),
    crashed,
    self: [process.execPath, process.argv[1]],
    engine: loadEngine,
  });
  const told = crash;
  await Promise.all([flushed(process.stdout), flushed(process.stderr)]);
  if (crash === told) process.exit(code);
  // What the command had said could not be written after all.
  const failure = crash instanceof Failure ? crash : new Failure('internal', String(crash));
  process.stderr.write(`rain: ${failure.message}\n${failure.hint}\n`, () =>
    process.exit(exitCodeOf(failure.code)),
  );
}

/**
 * Whoever read our output may leave (`rain ls | head -1`): no reason to fail. That standard output takes nothing any
 * more is one, for the result is lost; that standard error does is not, as nobody could be told.
 */
function watchOutput(): void {
  process.stderr.on('error', () => {});
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE' && error.code !== 'ERR_STREAM_DESTROYED') throw outputFailure(error);
  });
}

function outputFailure(error: NodeJS.ErrnoException): Failure {
  const isFull = error.code === 'ENOSPC' || error.code === 'EDQUOT';
  const [code, why] = isFull
    ? (['no-space', 'the disk is full'] as const)
    : (['disk', 'the system refuses it'] as const);
  return new Failure(
    code,
    `standard output cannot be written: ${why} (${error.code}).`,
    'Make room, or send the output elsewhere.',
    error,
  );
}

/** Resolves when all is written, and any error of that has been told to the stream's listeners. */
function flushed(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => {
    stream.write('', () => setImmediate(resolve));
  });
}
