/**
 * A process of its own that prints how many bytes of heap writing and reading a header of RAIN takes: modules that
 * a test runner has rewritten call one another in a way that boxes numbers, which Node itself does not.
 */
import { emptyRainHeader, readRain, writeRain } from '../../core/wire/rain.ts';
import { goldenRain } from './golden.ts';

const TURNS = 100_000;
const { header, bytes } = goldenRain();
const out = emptyRainHeader();

function growth(): number {
  const before = process.memoryUsage().heapUsed;
  for (let i = 0; i < TURNS; i++) {
    writeRain(bytes, header);
    if (readRain(bytes, out) !== undefined) throw new Error('the golden record is malformed');
  }
  return (process.memoryUsage().heapUsed - before) / TURNS;
}

growth();
const rounds = Array.from({ length: 9 }, growth).sort((a, b) => a - b);
// The compiler and a garbage collection disturb some rounds, and not half of them.
console.log(rounds[4]);
