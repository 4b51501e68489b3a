import { expect, test } from 'vitest';
import { findLiars } from '../../core/engine/audit.ts';

const SIZE = 64;

/** Ten symbols of the right block, then the evidence: what sessions 0, 1 and 2 poured. */
function bed() {
  const memory = new Uint8Array(SIZE * 40);
  for (let i = 0; i < 10 * SIZE; i++) memory[i] = (i * 7) & 255;
  memory.copyWithin(10 * SIZE, 0, 10 * SIZE);
  const evidence = {
    slot: 10 * SIZE,
    sourceFrom: Uint16Array.from([1, 2, 3, 1, 2, 3, 0, 0, 1, 2]),
    repairIds: Uint32Array.from([100, 101]),
    repairAt: Uint32Array.from([30 * SIZE, 31 * SIZE]),
    repairFrom: Uint16Array.from([0, 1]),
  };
  const make = (id: number): number => {
    memory.fill(id, 35 * SIZE, 36 * SIZE);
    return 35 * SIZE;
  };
  memory.fill(100, 30 * SIZE, 31 * SIZE);
  memory.fill(101, 31 * SIZE, 32 * SIZE);
  return { memory, evidence, make, right: { source: 0, symbolSize: SIZE } };
}

test('nobody is accused when every droplet is right', () => {
  const { memory, evidence, make, right } = bed();
  expect(findLiars(memory, evidence, right, make)).toEqual([]);
});

test('one false byte in a source droplet names who poured it, and nobody else', () => {
  const { memory, evidence, make, right } = bed();
  memory[14 * SIZE + 63] ^= 1;
  expect(findLiars(memory, evidence, right, make)).toEqual([1]);
});

test('a false repair droplet names who poured it', () => {
  const { memory, evidence, make, right } = bed();
  memory[30 * SIZE] ^= 0x80;
  expect(findLiars(memory, evidence, right, make)).toEqual([0]);
});

test('places where nothing was poured accuse nobody', () => {
  const { memory, evidence, make, right } = bed();
  memory.fill(0xee, 16 * SIZE, 18 * SIZE);
  expect(findLiars(memory, evidence, right, make)).toEqual([]);
});
