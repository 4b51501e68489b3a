import { createHash, randomFillSync } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';

const CHUNK = 2 ** 20;

/** Makes a file that nothing can compress. `bytes` is a multiple of 2^20. */
export async function makeRandomFile(path: string, bytes: number): Promise<void> {
  const file = await open(path, 'wx');
  const chunk = new Uint8Array(CHUNK);
  for (let written = 0; written < bytes; written += CHUNK) await file.write(randomFillSync(chunk));
  await file.close();
}

/** Whether two files hold the same bytes. */
export async function isSame(a: string, b: string): Promise<boolean> {
  const [one, other] = await Promise.all([hashOf(a), hashOf(b)]);
  return one === other;
}

async function hashOf(path: string): Promise<string> {
  const hash = createHash('blake2b512');
  await pipeline(createReadStream(path, { highWaterMark: CHUNK }), hash);
  return hash.digest('hex');
}
