/** The program `link`, compiled from link.c by whatever C compiler is here. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const SOURCE = fileURLToPath(new URL('link.c', import.meta.url));
const COMPILERS = ['cc', 'gcc', 'clang'];

/** Compiles it into `folder`; undefined where there is no compiler. Rejects when the source does not compile. */
export async function compileLink(folder: string): Promise<string | undefined> {
  const program = join(folder, 'link');
  for (const compiler of COMPILERS) {
    try {
      await promisify(execFile)(compiler, ['-O2', '-o', program, SOURCE]);
      return program;
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
    }
  }
  return undefined;
}
