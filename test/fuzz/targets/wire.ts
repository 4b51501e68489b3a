/** Datagrams of today's wire: read as what they say, which is within the limits of docs/wire.md, or not at all. */
import { readControl, writeControl } from '../../../core/wire/control.ts';
import { RAIN_HEADER } from '../../../core/wire/datagram.ts';
import { emptyRainHeader, isRain, readRain, writeRain } from '../../../core/wire/rain.ts';
import { CONTROL_NAMES, goldenControl, goldenRain } from '../../wire/golden.ts';
import { controlProblem, rainProblem } from '../../wire/well-formed.ts';
import { must, type Target } from '../target.ts';

const header = emptyRainHeader();

export const wire: Target = {
  name: 'wire',
  seeds: [goldenRain().bytes, ...CONTROL_NAMES.map((name) => goldenControl(name).bytes)],
  words: [],
  batch: 1000,
  take: (input) => {
    const isPoured = readRain(input, header) === undefined;
    if (isPoured) checkRain(input);
    const control = readControl(input);
    if (typeof control === 'string') return;
    must(!isPoured && !isRain(input), 'both RAIN and control');
    const problem = controlProblem(control);
    must(problem === undefined, `out of its limits: ${problem}`);
    must(Buffer.compare(writeControl(control), input) === 0, 'it says something else');
  },
};

function checkRain(input: Uint8Array): void {
  must(isRain(input), 'RAIN, and not');
  const problem = rainProblem(header, input.length);
  must(problem === undefined, `RAIN out of its limits: ${problem}`);
  const again = new Uint8Array(RAIN_HEADER);
  writeRain(again, header);
  must(Buffer.compare(again, input.subarray(0, RAIN_HEADER)) === 0, 'RAIN says something else');
}
