/** Who is asked for a rotten block alone, for how long, and what becomes of it. */
import { beforeEach, describe, expect, test } from 'vitest';
import { type Court, Inquest } from '../../core/protocol/inquest.ts';
import { OpenBlock } from '../../core/protocol/open-block.ts';
import { asSession, type PlainSession, plainSession } from './simulation/plain-session.ts';

const REAL = 100;

let sessions: PlainSession[];
let blocks: Map<number, OpenBlock>;
/** What the inquest had done, in words. */
let done: string[];
let hasRoom: boolean;
/** Droplets of the evidence that an attempt begins with. */
let recalled: number;
let inquest: Inquest;

beforeEach(() => {
  sessions = [0, 1, 2].map((i) => plainSession(i, { useful: 10 * i, pace: { flow: 1000 } }));
  blocks = new Map();
  done = [];
  hasRoom = true;
  recalled = 0;
  const court: Court = {
    sessions: sessions.map(asSession),
    openBlocks: () => blocks.values(),
    find: (block) => blocks.get(block),
    impound: (block) => {
      done.push(`impound ${block}`);
      blocks.delete(block);
    },
    reopen: (block, only) => {
      done.push(`${hasRoom ? 'ask' : 'cannot ask'} ${only}`);
      const anew = new OpenBlock(block, REAL, only);
      if (recalled > 0) anew.add(0, recalled, only);
      if (hasRoom) blocks.set(block, anew);
      return hasRoom;
    },
    giveUp: (block) => {
      done.push(`give up ${block}`);
      blocks.delete(block);
      hasRoom = true;
    },
    convict: (_now, from) => done.push(`convict ${from}`),
  };
  inquest = new Inquest(court);
});

function rottenBlock(index: number, ...from: readonly number[]): OpenBlock {
  const block = new OpenBlock(index, REAL);
  for (const [i, session] of from.entries()) block.add(i, 1, session);
  blocks.set(index, block);
  inquest.rotten(0, block);
  return block;
}

function tick(now: number): string[] {
  done.length = 0;
  inquest.tick(now);
  return [...done];
}

describe('a rotten block', () => {
  test('of one server alone convicts it', () => {
    const block = rottenBlock(7, 2);
    expect(done).toEqual(['convict 2']);
    expect(block.phase).toBe('rotten');
  });

  test('of several servers convicts none', () => {
    expect(rottenBlock(7, 0, 2).phase).toBe('rotten');
    expect(done).toEqual([]);
  });

  test('from which droplets were taken meanwhile is collected on', () => {
    const block = new OpenBlock(7, REAL);
    block.add(0, 1, 1);
    block.phase = 'decoding';
    block.tainted = true;
    inquest.rotten(0, block);
    expect(block.phase).toBe('collecting');
    expect(done).toEqual([]);
  });

  test('is set aside and asked of the server that was right most often', () => {
    blocks.set(3, new OpenBlock(3, REAL));
    rottenBlock(7, 0, 2);
    expect(tick(0)).toEqual(['impound 7', 'ask 2']);
    expect(inquest.block).toBe(7);
  });

  test('is asked of the fastest of those that were right as often, that is alive', () => {
    sessions[0].useful = 20;
    sessions[1].useful = 20;
    sessions[1].pace.flow = 2000;
    rottenBlock(7, 0, 1);
    expect(tick(0)).toEqual(['impound 7', 'ask 1']);
    sessions[1].live = false;
    expect(tick(1)).toEqual(['give up 7', 'ask 0']);
  });

  test('is asked of who has put most into it, of those that were right as often, be another faster', () => {
    for (const session of sessions) session.useful = 0;
    sessions[2].pace.flow = 9000;
    rottenBlock(7, 0, 1, 1, 2);
    expect(tick(0)).toEqual(['impound 7', 'ask 1']);
  });

  test('is not asked of a faster one that was right less often', () => {
    sessions[1].useful = 50;
    sessions[2].pace.flow = 9000;
    rottenBlock(7, 0, 2);
    expect(tick(0)).toEqual(['impound 7', 'ask 1']);
  });

  test('waits as long as nobody can be asked', () => {
    for (const session of sessions) session.live = false;
    rottenBlock(7, 0, 2);
    expect(tick(0)).toEqual([]);
    expect(inquest.block).toBe(undefined);
    sessions[1].live = true;
    expect(tick(1)).toEqual(['impound 7', 'ask 1']);
  });

  test('is inquired into one at a time', () => {
    rottenBlock(7, 0, 2);
    rottenBlock(8, 0, 2);
    expect(tick(0)).toEqual(['impound 7', 'ask 2']);
    expect(tick(1)).toEqual([]);
    inquest.settled(8);
    expect(inquest.block).toBe(7);
    inquest.settled(7);
    expect(inquest.block).toBe(undefined);
    expect(tick(2)).toEqual(['impound 8', 'ask 2']);
  });
});

describe('a witness', () => {
  test('has a second and four times as long as it should take', () => {
    rottenBlock(7, 0, 1, 2);
    tick(1000);
    // 100 symbols at 1000 a second: 100 ms, four times.
    expect(tick(1000 + 1399)).toEqual([]);
    expect(tick(1000 + 1400)).toEqual(['give up 7', 'ask 1']);
  });

  test('has four times as long as what it has not brought yet should take', () => {
    recalled = 50;
    rottenBlock(7, 0, 1, 2);
    tick(0);
    expect(tick(1199)).toEqual([]);
    expect(tick(1200)).toEqual(['give up 7', 'ask 1']);
  });

  test('that is slow has no longer than the fastest would take', () => {
    sessions[2].pace.flow = 10;
    rottenBlock(7, 0, 1, 2);
    tick(0);
    expect(tick(1399)).toEqual([]);
    expect(tick(1400)).toEqual(['give up 7', 'ask 1']);
  });

  test('has twice as long in each further round', () => {
    for (const index of [0, 1]) sessions[index].live = false;
    rottenBlock(7, 0, 2);
    expect(tick(0)).toEqual(['impound 7', 'ask 2']);
    expect(tick(1400)).toEqual(['give up 7', 'ask 2']);
    expect(tick(1400 + 2799)).toEqual([]);
    expect(tick(1400 + 2800)).toEqual(['give up 7', 'ask 2']);
  });

  test('that goes is not waited for', () => {
    rottenBlock(7, 0, 2);
    tick(0);
    sessions[2].live = false;
    expect(tick(1)).toEqual(['give up 7', 'ask 1']);
  });

  test('whose block was given up elsewhere is followed by another', () => {
    rottenBlock(7, 0, 2);
    tick(0);
    blocks.delete(7);
    expect(tick(1)).toEqual(['ask 1']);
  });

  test('is asked once, then all of them again', () => {
    rottenBlock(7, 0, 2);
    const asked = [0, 4000, 8000, 12_000].flatMap((now) => tick(now));
    expect(asked.filter((each) => each.startsWith('ask'))).toEqual(['ask 2', 'ask 1', 'ask 0', 'ask 2']);
  });

  test('there is none: the block is asked for as soon as one comes', () => {
    rottenBlock(7, 0, 2);
    tick(0);
    for (const session of sessions) session.live = false;
    expect(tick(1)).toEqual(['give up 7']);
    expect(tick(2)).toEqual([]);
    sessions[0].live = true;
    expect(tick(3)).toEqual(['ask 0']);
  });

  test('gets room from other rotten blocks', () => {
    rottenBlock(7, 0, 2);
    rottenBlock(8, 0, 1);
    blocks.set(9, new OpenBlock(9, REAL));
    hasRoom = false;
    expect(tick(0)).toEqual(['impound 7', 'cannot ask 2', 'give up 8', 'ask 2']);
    expect([...blocks.keys()]).toEqual([9, 7]);
  });

  test('for whom there is no room is asked again later, having been asked in vain by nobody', () => {
    rottenBlock(7, 0, 2);
    hasRoom = false;
    expect(tick(0)).toEqual(['impound 7', 'cannot ask 2', 'cannot ask 2']);
    hasRoom = true;
    expect(tick(1)).toEqual(['ask 2']);
  });
});
