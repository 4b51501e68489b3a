/** Fetches over a node and a storage that are made up, so that everything can happen in any order. */
import { expect, onTestFinished, test } from 'vitest';
import type { FetchRequest, NodeEvent, TransferSnapshot } from '../../core/api.ts';
import { Fetches, type FetchesParts } from '../../core/murky/fetches.ts';
import type { ContentRecord } from '../../core/murky/record.ts';
import { caskLengths } from '../../core/murky/storage/cask.ts';
import type { Lease } from '../../core/murky/storage/casks.ts';
import { temporaryFolder } from '../content/temporary.ts';
import { until } from './raw-http.ts';

const DIGEST = new Uint8Array(32).fill(7);

function record(id: string): ContentRecord {
  const version = { time: 1, counter: 0, writer: '0000000000000001' };
  return { kind: 'content', id, version, size: 10, digest: DIGEST, contentType: '' };
}

interface Scene {
  readonly fetches: Fetches;
  readonly kept: string[];
  readonly failed: string[];
  /** Keys of transfers, in the order in which they were asked for. */
  readonly asked: readonly number[];
  readonly requests: readonly FetchRequest[];
  /** Keys of transfers that it has done with. */
  readonly forgotten: readonly number[];
  /** The ends of adoptions under way. */
  readonly adoptions: PromiseWithResolvers<Lease>[];
  done(key: number): void;
}

async function open(): Promise<Scene> {
  const listeners = new Set<(event: NodeEvent) => void>();
  const asked: number[] = [];
  const requests: FetchRequest[] = [];
  const forgotten: number[] = [];
  const kept: string[] = [];
  const failed: string[] = [];
  const adoptions: PromiseWithResolvers<Lease>[] = [];
  let isHere = false;
  const lease: Lease = { release: () => {} };
  const parts = {
    rain: {
      fetch: async (request: FetchRequest) => {
        requests.push(request);
        asked.push(asked.length + 1);
        return { key: asked.length, state: 'running', verified: 0 } as TransferSnapshot;
      },
      pause: async () => {},
      remove: async (key: number) => void forgotten.push(key),
      subscribe: (listener: (event: NodeEvent) => void) => {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
      snapshot: () => ({ transfers: [] }),
    },
    casks: {
      hold: () => (isHere ? lease : undefined),
      adopt: async () => {
        const adoption = Promise.withResolvers<Lease>();
        adoptions.push(adoption);
        const adopted = await adoption.promise;
        isHere = true;
        return adopted;
      },
    },
    folder: temporaryFolder(),
    kept: ({ id }: ContentRecord) => kept.push(id),
    failed: ({ id }: ContentRecord) => failed.push(id),
  };
  const fetches = await Fetches.open(parts as unknown as FetchesParts);
  onTestFinished(() => fetches.close());
  const done = (key: number): void => {
    const transfer = { key, state: 'done', verified: 10, path: '/nowhere' } as TransferSnapshot;
    for (const listener of listeners) listener({ type: 'transfer', transfer });
  };
  return { fetches, kept, failed, asked, requests, forgotten, adoptions, done };
}

/** A resource is being taken into the storage for an entry that nobody wants any more, when another entry wants it. */
async function overtaken(): Promise<Scene> {
  const scene = await open();
  const { fetches, adoptions, done } = scene;
  fetches.begin(record('00000000000000aa'), []);
  await fetches.transferOf(record('00000000000000aa'));
  done(1);
  await until('it is being taken in', () => adoptions.length === 1);
  fetches.abandon(record('00000000000000aa'));
  fetches.begin(record('00000000000000bb'), []);
  await fetches.transferOf(record('00000000000000bb'));
  return scene;
}

test.each([
  ['was taken into', (adoption: PromiseWithResolvers<Lease>) => adoption.resolve({ release: () => {} })],
  ['could not be taken into', (adoption: PromiseWithResolvers<Lease>) => adoption.reject(new Error('gone'))],
])('what %s the storage for nobody is still fetched for who wants it by then', async (_, end) => {
  const { kept, failed, asked, forgotten, adoptions, done } = await overtaken();
  end(adoptions[0]);
  await until('the first has ended', () => forgotten.length === 2);
  done(2);
  await until('the second is being taken in', () => adoptions.length === 2);
  adoptions[1].resolve({ release: () => {} });
  await until('it is kept', () => kept.length === 1);
  expect({ kept, failed, asked }).toEqual({ kept: ['00000000000000bb'], failed: [], asked: [1, 2] });
});

test('what is being taken in when the store closes stays for the next run', async () => {
  const { fetches, kept, failed, forgotten, adoptions, done } = await open();
  fetches.begin(record('00000000000000aa'), []);
  const key = await fetches.transferOf(record('00000000000000aa'));
  done(1);
  await until('it is being taken in', () => adoptions.length === 1);
  fetches.close();
  adoptions[0].reject(new Error('closed'));
  await expect(adoptions[0].promise).rejects.toThrow();
  await new Promise((settled) => setImmediate(settled));
  expect({ key, kept, failed, forgotten }).toEqual({ key: 1, kept: [], failed: [], forgotten: [] });
});

test('only a single file is asked for, as long as the cask of such an entry can be', async () => {
  const { fetches, requests } = await open();
  fetches.begin(record('00000000000000aa'), ['192.0.2.7:1980']);
  await fetches.transferOf(record('00000000000000aa'));
  fetches.addHolder(record('00000000000000aa'), '192.0.2.8:1980');
  expect(requests.map(({ only }) => only)).toEqual([caskLengths(10), caskLengths(10)]);
});
