import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const PIECE = new Uint8Array(2 ** 20).fill(1);

/**
 * Has the memory at hand that a file of `bytes` in `folder` will take: what a virtual machine has given back to its host
 * costs whoever asks for it next, which is whoever is measured first.
 */
export async function warmMemory(folder: string, bytes: number): Promise<void> {
  const file = join(folder, 'warm');
  await writeFile(
    file,
    (function* () {
      for (let at = 0; at < bytes; at += PIECE.length) yield PIECE;
    })(),
  );
  await rm(file);
}
