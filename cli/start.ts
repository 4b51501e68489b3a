import { loadEngine } from './engine.ts';
import { EXIT } from './exit-codes.ts';
import { interruptOf } from './interrupt.ts';
import { main } from './main.ts';

/** Runs the command line of this process, and ends it. */
export async function start(): Promise<void> {
  const crashed = new Promise<never>((_, reject) => {
    process.on('uncaughtException', reject);
  });
  // It may happen when nobody waits for it yet.
  crashed.catch(() => {});
  // A command may wait for a signal only, and those keep no process alive.
  setInterval(() => {}, 2 ** 30);
  ignoreClosedPipe(process.stdout);
  ignoreClosedPipe(process.stderr);
  const code = await main(process.argv.slice(2), {
    platform: process.platform,
    env: process.env,
    cwd: process.cwd(),
    stdout: process.stdout,
    stderr: process.stderr,
    interrupt: interruptOf(process, () => process.exit(EXIT.interrupted)),
    crashed,
    self: [process.execPath, process.argv[1]],
    engine: loadEngine,
  });
  const flushing = Promise.all([flushed(process.stdout), flushed(process.stderr)]);
  process.exit(await Promise.race([flushing.then(() => code), crashed.catch(() => EXIT.failed)]));
}

/** Whoever read our output may leave (`rain ls | head -1`): no reason to fail. Anything else is one. */
function ignoreClosedPipe(stream: NodeJS.WriteStream): void {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE' && error.code !== 'ERR_STREAM_DESTROYED') {
      throw error;
    }
  });
}

/** Resolves when all is written, and any error of that has been told to the stream's listeners. */
function flushed(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => {
    stream.write('', () => setImmediate(resolve));
  });
}
