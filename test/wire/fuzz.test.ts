/** A million broken datagrams, the same ones every time. */
import { expect, test } from 'vitest';
import { type Random, seeded } from '../../core/protocol/random.ts';
import { readControl, writeControl } from '../../core/wire/control.ts';
import { RAIN_HEADER } from '../../core/wire/datagram.ts';
import { emptyRainHeader, isRain, readRain, writeRain } from '../../core/wire/rain.ts';
import { toHex } from './documented.ts';
import { CONTROL_NAMES, goldenControl, goldenRain } from './golden.ts';
import { controlProblem, rainProblem } from './well-formed.ts';

const ROUNDS = 1_000_000;
const MEMORY = 4096;

test('a million broken datagrams are read as what they say or not at all', () => {
  const random = seeded(20_260_101);
  const golden = [goldenRain().bytes, ...CONTROL_NAMES.map((name) => goldenControl(name).bytes)];
  const memory = new Uint8Array(MEMORY);
  const out = emptyRainHeader();
  const seen = new Map<string, number>();
  let heapAfterWarmUp = 0;
  for (let round = 0; round < ROUNDS; round++) {
    if (round === ROUNDS / 10) heapAfterWarmUp = process.memoryUsage().heapUsed;
    const length = breakInto(memory, golden, random);
    const bytes = memory.subarray(0, length);
    const verdict = judge(bytes, out);
    seen.set(verdict, (seen.get(verdict) ?? 0) + 1);
    if (verdict.startsWith('WRONG')) expect.fail(`round ${round}: ${verdict} for ${toHex(bytes)}`);
  }
  const grown = process.memoryUsage().heapUsed - heapAfterWarmUp;
  expect(grown, 'bytes of heap over 900,000 datagrams').toBeLessThan(32 * 2 ** 20);
  // Broken in ways that reach every check, and often not so badly that nothing is left to read.
  for (const verdict of [
    'short',
    'magic',
    'version',
    'type',
    'length',
    'reserved',
    'range',
    'rain',
    'control',
  ]) {
    expect(seen.get(verdict) ?? 0, verdict).toBeGreaterThan(1000);
  }
});

/** What the readers make of it; 'WRONG...' if that cannot be. */
function judge(bytes: Uint8Array, out: ReturnType<typeof emptyRainHeader>): string {
  const claims = isRain(bytes);
  const rain = readRain(bytes, out);
  const control = readControl(bytes);
  if (rain === undefined) {
    if (!claims || typeof control !== 'string') return 'WRONG: RAIN, and not';
    const problem = rainProblem(out, bytes.length);
    if (problem !== undefined) return `WRONG: ${problem} of RAIN`;
    rewritten.set(bytes.subarray(0, RAIN_HEADER));
    rewritten[31] ^= 0xff;
    writeRain(rewritten, out);
    return isSame(rewritten, bytes, RAIN_HEADER) ? 'rain' : 'WRONG: RAIN says something else';
  }
  if (typeof control === 'string') return claims ? rain : control;
  if (claims) return 'WRONG: a control datagram that is RAIN';
  const problem = controlProblem(control);
  if (problem !== undefined) return `WRONG: ${problem}`;
  const again = writeControl(control);
  if (again.length !== bytes.length) return 'WRONG: another length';
  return isSame(again, bytes, bytes.length) ? 'control' : 'WRONG: it says something else';
}

const rewritten = new Uint8Array(RAIN_HEADER);

function isSame(a: Uint8Array, b: Uint8Array, length: number): boolean {
  for (let i = 0; i < length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** Puts a broken copy of a golden record at the beginning of `memory`; returns its length. */
function breakInto(memory: Uint8Array, golden: readonly Uint8Array[], random: Random): number {
  const below = (limit: number): number => random.u32() % limit;
  const original = golden[below(golden.length)];
  memory.set(original);
  let length = original.length;
  const kind = below(6);
  if (kind === 0) length = below(length + 1);
  else if (kind === 1) {
    const longer = length + 1 + below(256);
    for (let i = length; i < longer; i++) memory[i] = random.u32();
    length = longer;
  } else if (kind === 2) {
    // The head of one and the tail of another.
    const other = golden[below(golden.length)];
    const cut = below(Math.min(length, other.length));
    memory.set(other.subarray(cut), cut);
    length = other.length;
  } else if (kind === 3) {
    // All bits of a field at once: what overflows, overflows here.
    memory.fill(below(2) * 0xff, below(length), length - below(4));
  }
  if (length === 0) return 0;
  for (let changes = below(4); changes > 0; changes--) {
    const at = below(length);
    if (below(2) === 0) memory[at] ^= 1 << below(8);
    else memory[at] = random.u32();
  }
  return length;
}
