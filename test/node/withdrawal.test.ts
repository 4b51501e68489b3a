// @module-tag real-time
/** A node that has fetched and served on takes its leave. */
import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readControl } from '../../core/wire/control.ts';
import { TYPE_UNSUBSCRIBE } from '../../core/wire/datagram.ts';
import { RecordingLink } from '../e2e/recording-link.ts';
import { Nodes, reaches, shared } from './open.ts';

let nodes: Nodes;

beforeEach(async () => {
  nodes = await Nodes.make();
});

afterEach(() => nodes.close());

test('one that quits says to its servers that it does not serve any more', async () => {
  const file = join(nodes.folder, 'rain.bin');
  await writeFile(file, randomBytes(10_000));
  const server = await nodes.open();
  const { link } = await shared(server, [file], true);
  const recording = await RecordingLink.open(Number(server.snapshot().addresses[0].split(':')[1]));
  const said = (): boolean[] =>
    recording.datagrams.flatMap((bytes) => {
      const datagram = readControl(bytes);
      return typeof datagram !== 'string' && datagram.type === TYPE_UNSUBSCRIBE ? [datagram.serves] : [];
    });

  const client = await nodes.open();
  const { key } = await client.fetch({
    link,
    from: [recording.address],
    into: await nodes.path('out'),
    seed: true,
  });
  await reaches(client, key, ['done']);
  await expect.poll(said).toEqual([true, true, true]);
  await client.close();
  await expect.poll(said).toEqual([true, true, true, false]);
});
