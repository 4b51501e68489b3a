// @module-tag real-time
/** SIGKILL in the middle of putting: every entry is afterwards the old or the new one, and nothing else is kept. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { noise, temporaryFolder } from '../content/temporary.ts';
import { openCasks, read } from './entry-casks.ts';

const IDS = 4;
const ROUNDS = 6;

/** Content by which its version can be told; deflates when odd. */
function content(id: number, version: number): Uint8Array {
  const tail = version % 2 === 0 ? noise(400_000, id * 1000 + version + 1) : new Uint8Array(400_000);
  return Buffer.concat([Buffer.from(`${id} ${version} `), tail]);
}

async function startChild(folder: string): Promise<{ child: ChildProcess; url: string }> {
  const script = fileURLToPath(new URL('put-child.ts', import.meta.url));
  const child = spawn(process.execPath, [script, folder], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  if (child.stdout === null) throw new Error('a pipe was asked for');
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
  return { child, url: `http://127.0.0.1:${line.replace('port ', '')}` };
}

test('a kill while entries are put loses none that was acknowledged, and halves none', async () => {
  const folder = temporaryFolder();
  /** By id: the last version that was acknowledged, and those that were begun after it. */
  const acknowledged = new Map<number, number>();
  let version = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const { child, url } = await startChild(folder);
    const gone = once(child, 'exit');
    const begun = new Map<number, Set<number>>();
    let puts = 0;
    const write = async (id: number): Promise<void> => {
      for (;;) {
        version += 1;
        const mine = version;
        begun.set(id, (begun.get(id) ?? new Set()).add(mine));
        const put = await fetch(`${url}/${id}`, { method: 'PUT', body: content(id, mine) }).catch(
          () => undefined,
        );
        if (put?.status !== 200) return;
        acknowledged.set(id, mine);
        puts += 1;
        // At another moment of a put in every round.
        if (puts === 5 + round) setTimeout(() => child.kill('SIGKILL'), round * 3);
      }
    };
    await Promise.all(Array.from({ length: IDS }, (_, id) => write(id)));
    await gone;

    const kept = await openCasks(folder);
    for (let id = 0; id < IDS; id++) {
      const record = kept.catalogue.get(id.toString(16).padStart(16, '0'));
      if (record?.kind !== 'content') {
        expect(acknowledged.has(id)).toBe(false);
        continue;
      }
      const bytes = Buffer.from(await read(kept, record));
      const found = Number(bytes.subarray(0, 40).toString('latin1').split(' ')[1]);
      expect(bytes.equals(content(id, found))).toBe(true);
      const last = acknowledged.get(id);
      expect(found === last || begun.get(id)?.has(found) === true).toBe(true);
      expect(found).toBeGreaterThanOrEqual(last ?? 0);
      acknowledged.set(id, found);
    }
    await kept.close();
    expect(readdirSync(join(folder, 'staging'))).toEqual([]);
    const casks = readdirSync(join(folder, 'casks'), {
      recursive: true,
      withFileTypes: true,
      encoding: 'utf8',
    });
    expect(casks.filter((entry) => entry.isFile()).length).toBeLessThanOrEqual(IDS);
  }
  expect(version).toBeGreaterThan(IDS * ROUNDS);
});
