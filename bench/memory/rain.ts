/** The command line as it is built, which is what people run: the sources would bring a compiler along. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { RainProcess } from '../../cli/rain-process.ts';
import { residentOf } from './process.ts';

const BUILT = fileURLToPath(new URL('../../out/cli/index.js', import.meta.url));
/** ms between two looks at the memory of a process that ends by itself. */
const LOOK_EVERY = 5;

export function startRain(...args: readonly string[]): RainProcess {
  return new RainProcess([process.execPath, built()], args);
}

/** Runs a command to its end: the seconds from its start to its exit, and the bytes resident at most. */
export async function runRain(
  ...args: readonly string[]
): Promise<{ readonly seconds: number; readonly peak: number }> {
  const start = performance.now();
  const child = spawn(process.execPath, [built(), ...args], { stdio: ['ignore', 'ignore', 'inherit'] });
  let peak = 0;
  const looking = setInterval(() => {
    // One that has just ended has no memory.
    if (child.pid !== undefined) peak = Math.max(peak, residentOf(child.pid).peak || 0);
  }, LOOK_EVERY);
  const [code] = await once(child, 'exit');
  clearInterval(looking);
  if (code !== 0) throw new Error(`rain ${args.join(' ')} ended with ${code}`);
  return { seconds: (performance.now() - start) / 1000, peak };
}

function built(): string {
  if (!existsSync(BUILT)) throw new Error('the command line is not built: npm run build:cli');
  return BUILT;
}
