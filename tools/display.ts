/** An X server without a screen, for windows that nobody looks at. */
import { spawn } from 'node:child_process';

export interface Display {
  /** For `DISPLAY`. */
  readonly name: string;
  stop(): void;
}

/** Starts Xvfb, which picks a free number and says it when it is ready; rejects where it is not installed. */
export function startDisplay(): Promise<Display> {
  const args = ['-displayfd', '3', '-screen', '0', '1600x1200x24', '-nolisten', 'tcp'];
  const server = spawn('Xvfb', args, { stdio: ['ignore', 'ignore', 'ignore', 'pipe'] });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.once('exit', (code) => reject(new Error(`Xvfb ended with code ${code}.`)));
    server.stdio[3]?.once('data', (text: Buffer) => {
      resolve({ name: `:${text.toString().trim()}`, stop: () => server.kill() });
    });
  });
}
