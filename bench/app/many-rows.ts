/** Frames of a list of 2,000 rows that is scrolled while 20 of them run. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Node, ShareSnapshot } from '../../core/api.ts';
import { openNode } from '../../core/node.ts';
import { quantile } from '../measure.ts';
import { LOOPBACK, nodeFolder, type RunningApp, runApp, type Stage } from './running-app.ts';

const ROWS = 2000;
const RUNNING = 20;
/** Of each that runs, and of all together in a second: they outlast the measurement. */
const BYTES = 16e6;
const UPLOAD = 8e6;
const SECONDS = 8;
/** Pixels in a second: a wheel turned fast, and the thumb dragged through all of the list in four seconds. */
const WHEEL = 6000;
const THUMB = 32_000;

const THREADS = {
  net: new URL('../../core/engine/net-thread.ts', import.meta.url),
  codec: new URL('../../core/engine/codec-thread.ts', import.meta.url),
};

/** How a list that is scrolled is drawn. */
export interface Frames {
  /** Frames per second, on a display of 60. */
  readonly rate: number;
  /** Between two frames, ms. */
  readonly p99: number;
}

export interface ManyRows {
  readonly rows: number;
  readonly running: number;
  readonly wheel: Frames;
  readonly thumb: Frames;
}

export async function manyRows(stage: Stage, folder: string): Promise<ManyRows> {
  const data = join(folder, 'many');
  await fill(data);
  const seed = await openNode(
    { dataDir: join(folder, 'many-seed'), lan: false, bind: LOOPBACK, uploadLimit: UPLOAD },
    THREADS,
  );
  try {
    const links = await shareBig(seed, join(folder, 'big'));
    const app = await runApp(stage, data);
    try {
      for (const link of links)
        await app.page.evaluate(`window.rain.fetch({ link: ${JSON.stringify(link)} })`);
      await app.page.waitForFunction(ALL_RUN, undefined, { polling: 250 });
      const wheel = await scroll(app, WHEEL);
      return { rows: ROWS, running: RUNNING, wheel, thumb: await scroll(app, THUMB) };
    } finally {
      await app.close();
    }
  } finally {
    await seed.close();
  }
}

async function scroll({ page }: RunningApp, speed: number): Promise<Frames> {
  const gaps = (await page.evaluate(`(${SCROLL})(${speed})`)) as number[];
  const rate = (1000 * gaps.length) / gaps.reduce((sum, gap) => sum + gap, 0);
  return { rate, p99: quantile(gaps, 0.99) };
}

/** Shares of small files in the database that the app will open. */
async function fill(data: string): Promise<void> {
  const node = await openNode({ dataDir: nodeFolder(data), lan: false, bind: LOOPBACK }, THREADS);
  const files = join(data, 'files');
  await mkdir(files, { recursive: true });
  for (let row = 0; row < ROWS - RUNNING; row++) {
    const path = join(files, `A file with a name of ordinary length, ${row}.txt`);
    await writeFile(path, `${row}\n`);
    await serving(node, path);
  }
  await node.close();
}

async function shareBig(node: Node, folder: string): Promise<string[]> {
  await mkdir(folder, { recursive: true });
  const links: string[] = [];
  for (let one = 0; one < RUNNING; one++) {
    const path = join(folder, `big-${one}.bin`);
    await writeFile(path, Buffer.alloc(BYTES, one + 1));
    const { link } = await serving(node, path);
    links.push(`${link}${link.includes('?') ? '&' : '?'}s=${LOOPBACK}:${node.snapshot().port}`);
  }
  return links;
}

async function serving(node: Node, path: string): Promise<ShareSnapshot> {
  const { promise, resolve } = Promise.withResolvers<ShareSnapshot>();
  const stop = node.subscribe((event) => {
    if (event.type === 'share' && event.share.paths[0] === path && event.share.state === 'serving') {
      resolve(event.share);
    }
  });
  const share = await node.share({ paths: [path], public: true });
  const done = share.state === 'serving' ? share : await promise;
  stop();
  return done;
}

const ALL_RUN = `window.rain.state().then(({ value }) =>
  value.node.transfers.filter(({ state }) => state === 'running').length === ${RUNNING})`;

/** Scrolls the list down, and up again when it ends, at so many pixels a second; the gaps between frames, ms. */
const SCROLL = `(speed) => new Promise((resolve) => {
  const scroller = [...document.querySelectorAll('*')].find((each) => each.scrollHeight > each.clientHeight + 5000);
  const gaps = [];
  const began = performance.now();
  let last = began;
  const frame = (now) => {
    if (now > last) gaps.push(now - last);
    last = now;
    const most = scroller.scrollHeight - scroller.clientHeight;
    const way = (((now - began) / 1000) * speed) % (2 * most);
    scroller.scrollTop = way < most ? way : 2 * most - way;
    if (now - began < ${1000 * SECONDS}) requestAnimationFrame(frame);
    else resolve(gaps);
  };
  requestAnimationFrame(frame);
})`;
