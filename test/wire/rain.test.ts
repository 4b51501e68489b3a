import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RAIN_HEADER, type RainHeader } from '../../core/wire/datagram.ts';
import { emptyRainHeader, isRain, readRain, writeRain } from '../../core/wire/rain.ts';
import { rain } from './arbitraries.ts';
import { toHex } from './documented.ts';
import { CONTROL_NAMES, goldenControl, goldenRain } from './golden.ts';
import { rainProblem } from './well-formed.ts';

function datagramOf(header: RainHeader): Uint8Array {
  const bytes = new Uint8Array(RAIN_HEADER + header.count * header.symbolSize);
  writeRain(bytes, header);
  return bytes;
}

test('every header is read as it was written', () => {
  const out = emptyRainHeader();
  fc.assert(
    fc.property(rain, (header) => {
      const bytes = datagramOf(header);
      expect(isRain(bytes)).toBe(true);
      expect(readRain(bytes, out)).toBeUndefined();
      expect(out).toEqual(header);
    }),
    { seed: 1, numRuns: 2000 },
  );
});

test('only lengths that are whole symbols are read, and only up to what UDP carries', () => {
  const memory = new Uint8Array(400_000);
  const sizes = new Set(Array.from({ length: 18 }, (_, i) => 64 * (i + 1)));
  for (const count of [1, 2, 3, 56, 57, 255]) {
    writeRain(memory, { ...goldenRain().header, count });
    const wrong: number[] = [];
    for (let length = 0; length < memory.length; length++) {
      const out = emptyRainHeader();
      const symbolSize = (length - RAIN_HEADER) / count;
      const fine = sizes.has(symbolSize) && length <= 65_507;
      const read = readRain(memory.subarray(0, length), out);
      const expected = fine ? undefined : length < RAIN_HEADER ? 'short' : 'length';
      if (read !== expected || out.symbolSize !== (fine ? symbolSize : 0)) wrong.push(length);
    }
    expect(wrong, `lengths for ${count} symbols`).toEqual([]);
  }
});

test('with any one byte of its header changed it is malformed or says just that', () => {
  const { bytes } = goldenRain();
  const written = new Uint8Array(bytes);
  for (let at = 0; at < RAIN_HEADER; at++) {
    for (let value = 0; value < 256; value++) {
      const changed = new Uint8Array(bytes);
      changed[at] = value;
      const out = emptyRainHeader();
      if (readRain(changed, out) !== undefined) expect(out).toEqual(emptyRainHeader());
      else {
        expect(rainProblem(out, changed.length)).toBeUndefined();
        writeRain(written, out);
        expect(toHex(written), `byte ${at} = ${value}`).toBe(toHex(changed));
      }
    }
  }
});

test.each([
  [0, 0, 'magic'],
  [1, 0x22, 'version'],
  [1, 0x13, 'type'],
  [2, 0, 'range'],
  [2, 2, 'length'],
  [3, 2, 'reserved'],
])('with byte %i = %i it is malformed: %s', (at, value, why) => {
  const { bytes } = goldenRain();
  bytes[at] = value;
  expect(readRain(bytes, emptyRainHeader())).toBe(why);
});

test('ids end at 32 bits', () => {
  const header = { ...goldenRain().header, count: 2, id: 0xffff_fffe };
  expect(readRain(datagramOf(header), emptyRainHeader())).toBeUndefined();
  expect(readRain(datagramOf({ ...header, id: 0xffff_ffff }), emptyRainHeader())).toBe('range');
});

test.each([
  [-1, 0],
  [0.004, 0],
  [0.009, 1 / 64],
  [1023.984375, 1023.984375],
  [5000, 1023.984375],
  [Number.POSITIVE_INFINITY, 1023.984375],
  [Number.NaN, 0],
])('an echo delay of %f ms travels as %f', (echoDelay, read) => {
  const out = emptyRainHeader();
  readRain(datagramOf({ ...goldenRain().header, echoDelay }), out);
  expect(out.echoDelay).toBe(read);
});

test('no control datagram passes for RAIN', () => {
  for (const name of CONTROL_NAMES) {
    const { bytes } = goldenControl(name);
    expect(isRain(bytes)).toBe(false);
    expect(readRain(bytes, emptyRainHeader())).toMatch(/^(short|type)$/);
  }
});

test('neither reading nor writing allocates', () => {
  const script = fileURLToPath(new URL('rain-growth.ts', import.meta.url));
  const perDatagram = Number(execFileSync(process.execPath, [script], { encoding: 'utf8' }));
  // Looking costs 240 bytes a round; an optimising compiler makes one small object a turn come cheap, and not free.
  expect(perDatagram, 'bytes').toBeLessThan(0.1);
});
