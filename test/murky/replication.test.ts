/** Replication between a cluster and fetches that are made up: what is passed on, what is let go of, what is told. */
import { expect, test } from 'vitest';
import { Activity } from '../../core/murky/activity.ts';
import type { Cluster, Moment } from '../../core/murky/cluster/cluster.ts';
import type { ContentRecord, Tombstone } from '../../core/murky/record.ts';
import { Replication } from '../../core/murky/replication.ts';

const SELF = '00000000000000aa';
const OTHER = '00000000000000bb';
const HOLDER = '192.0.2.7:1980';

const RECORD: ContentRecord = {
  kind: 'content',
  id: '0123456789abcdef',
  version: { time: 1, counter: 0, writer: OTHER },
  size: 10,
  digest: new Uint8Array(32).fill(7),
  contentType: '',
};

function tombstone(writer: string): Tombstone {
  return { kind: 'tombstone', id: RECORD.id, version: { ...RECORD.version, writer } };
}

function open() {
  /** What it does, in order. */
  const calls: unknown[][] = [];
  const activity = new Activity();
  const note =
    (name: string) =>
    (...args: unknown[]): void =>
      void calls.push([name, ...args]);
  let refusal: Error | undefined;
  const cluster = {
    kept: (_: Moment, record: ContentRecord) => {
      if (refusal !== undefined) throw refusal;
      calls.push(['cluster.kept', record]);
      return true;
    },
    failed: (_: Moment, record: ContentRecord) => void calls.push(['cluster.failed', record]),
  } as unknown as Cluster;
  const replication = new Replication({
    activity,
    fetches: { begin: note('begin'), addHolder: note('addHolder'), abandon: note('abandon') },
    self: SELF,
    run: (call) => call(cluster, { now: 1, wall: 1 }),
    warn: note('warn'),
  });
  return {
    replication,
    calls,
    lease: { release: note('release') },
    refuse: (error: Error): void => {
      refusal = error;
    },
    deeds: () => activity.recent().map(({ time: _, ...deed }) => deed),
  };
}

test('what the cluster wants is fetched from all who have it, from those who turn up, and no longer than it wants it', () => {
  const { replication, calls, deeds } = open();
  replication.heard({ type: 'fetch', record: RECORD, holders: [HOLDER] });
  replication.heard({ type: 'holder', record: RECORD, holder: '192.0.2.8:1980' });
  replication.heard({ type: 'abandon', record: RECORD });
  expect(calls).toEqual([
    ['begin', RECORD, [HOLDER]],
    ['addHolder', RECORD, '192.0.2.8:1980'],
    ['abandon', RECORD],
  ]);
  expect(deeds()).toEqual([{ what: 'fetching', id: RECORD.id, size: 10 }]);
});

test('content that is here is told to the cluster, and held until then and no longer', () => {
  const { replication, calls, deeds, lease } = open();
  replication.kept(RECORD, lease);
  expect(calls).toEqual([['cluster.kept', RECORD], ['release']]);
  expect(deeds()).toEqual([{ what: 'kept', id: RECORD.id, size: 10 }]);
});

test('content whose record cannot be kept is let go of, and the cluster hears that it failed', () => {
  const { replication, calls, deeds, lease, refuse } = open();
  refuse(new Error('the disk is full'));
  replication.kept(RECORD, lease);
  expect(calls).toEqual([['cluster.failed', RECORD], ['release']]);
  expect(deeds()).toEqual([{ what: 'failed', id: RECORD.id, size: 10, reason: 'the disk is full' }]);
});

test('content that could not be fetched is told to the cluster, which tries again', () => {
  const { replication, calls, deeds } = open();
  replication.failed(RECORD, new Error('nobody delivers it'));
  expect(calls).toEqual([['cluster.failed', RECORD]]);
  expect(deeds()).toEqual([{ what: 'failed', id: RECORD.id, size: 10, reason: 'nobody delivers it' }]);
});

test('a deletion by another node is told as such, one of this node and any content are not', () => {
  const deletedElsewhere = [{ what: 'deleted elsewhere', id: RECORD.id }];
  for (const [event, told] of [
    [{ type: 'kept', record: tombstone(OTHER), replaced: RECORD }, deletedElsewhere],
    [{ type: 'kept', record: tombstone(SELF), replaced: RECORD }, []],
    [{ type: 'kept', record: RECORD, replaced: undefined }, []],
    [{ type: 'removed', record: RECORD, why: 'deleted' }, deletedElsewhere],
    [{ type: 'removed', record: tombstone(OTHER), why: 'collected' }, []],
    [{ type: 'peer', address: HOLDER, id: OTHER, isOpen: true }, []],
  ] as const) {
    const { replication, calls, deeds } = open();
    replication.heard(event);
    expect(deeds(), JSON.stringify(event)).toEqual(told);
    expect(calls).toEqual([]);
  }
});

test('a clock that is wrong is warned of, in whole seconds', () => {
  const { replication, calls } = open();
  replication.heard({ type: 'skew', address: HOLDER, ahead: 61_400 });
  expect(calls).toEqual([['warn', `The clock of ${HOLDER} differs by 61 s: set the clocks.`]]);
});
