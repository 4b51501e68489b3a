/**
 * The code on one thread: speed of encoding and decoding, droplets beyond k, and the same work done by two npm
 * packages in the same run.
 */
import { cpus } from 'node:os';
import { LOSSES, SIZES, SYMBOL_SIZE } from './code/case.ts';
import { measureLubyTransform } from './code/luby-transform.ts';
import { measureOverhead } from './code/overhead.ts';
import { Ring } from './code/rain.ts';
import { RaptorQ } from './code/raptorq.ts';
import { table } from './table.ts';

function measure() {
  const sizes = SIZES.map((k) => {
    const ring = new Ring(k);
    const raptorq = new RaptorQ(k);
    return {
      encoding: ring.encode(),
      pouring: ring.pour(),
      raptorqEncode: raptorq.encode(),
      lubyTransform: measureLubyTransform(k),
      losses: LOSSES.map((loss) => ({ rain: ring.decode(loss), raptorq: raptorq.decode(loss) })),
    };
  });
  const overhead = SIZES.flatMap((k) => LOSSES.map((loss) => measureOverhead(k, loss)));
  return { symbolSize: SYMBOL_SIZE, cpu: cpus()[0].model, node: process.version, sizes, overhead };
}

export async function benchCode({ json }: { readonly json: boolean }): Promise<void> {
  const result = measure();
  console.log(json ? JSON.stringify(result, undefined, 2) : report(result));
}

function report({ cpu, node, sizes, overhead }: ReturnType<typeof measure>): string {
  const encoding = sizes.map(({ encoding, raptorqEncode, lubyTransform }) => [
    String(encoding.k),
    rate(encoding.presolve),
    rate(encoding.encode),
    rate(raptorqEncode),
    rate(lubyTransform.encode),
  ]);
  const pouring = sizes.map(({ encoding: { k }, pouring: { cold, cached } }) => [
    String(k),
    ...[cold, cached].flatMap(({ droplets, runs, decoding }) => [
      rate(droplets),
      rate(runs),
      rate(decoding),
      times(runs, decoding),
    ]),
    times(cached.runs, cold.decoding),
  ]);
  const decoding = sizes.flatMap(({ losses, lubyTransform }) =>
    losses.map(({ rain, raptorq }) => [
      String(rain.k),
      percent(rain.loss),
      rain.mbPerSecond === null ? 'no work' : rate(rain.mbPerSecond),
      rate(rain.cached),
      (rain.msPerBlock * 1000).toFixed(0),
      rate(raptorq.mbPerSecond),
      times(rain.mbPerSecond, raptorq.mbPerSecond),
      raptorq.extra.toFixed(1),
      rain.loss === 1 ? rate(lubyTransform.decoding.mbPerSecond) : '',
      rain.loss === 1 ? lubyTransform.decoding.extra.toFixed(0) : '',
    ]),
  );
  const beyond = overhead.map((o) => [
    String(o.k),
    percent(o.loss),
    o.mean.toFixed(2),
    ...[o.p50, o.p99, o.p999, o.most].map(String),
    String(o.runs),
  ]);
  return `Symbols of ${SYMBOL_SIZE} bytes, one thread, ${cpu}, Node ${node}. MB = 10^6 bytes.
The fastest of many passes over 24 MB of source in blocks that take turns, so that none is in cache when its turn comes;
"cached" is one block again and again, with other losses and other ids each time. The fastest of 15 runs of one block for
raptorq, of one for luby-transform, which is slow. Every block is compared with its source.

Encoding, MB/s of source: presolve; presolve and k repair droplets. raptorq: an encoder and k repair packets (with
those of the source). luby-transform: droplets.

${table(['k', 'presolve', 'encode', 'raptorq', 'luby-transform'], encoding)}

Droplets alone, MB/s: k repair droplets of a presolved block, then of the next, all into the one place that a datagram has;
a call for each, and for eight, which is what a server makes at a time over loopback. With them, in turns, decoding with
5 % lost. "times" is the eights against decoding: cold against cold, cached against cached, and what each meets in service:
a server pours many droplets of a block that it has at hand, a client decodes a block once.

${table(['k', 'cold: each', 'eights', 'decoding', 'times', 'cached: each', 'eights', 'decoding', 'times', 'in service, times'], pouring)}

Decoding, MB/s of source: from what the loss leaves and as many repair droplets as it takes. raptorq takes its packets by
copy, which counts; "+" is droplets beyond k, the mean of its runs. luby-transform is not systematic: what is lost makes
no difference to it, and its droplets are drawn at random.

${table(['k', 'lost', 'MB/s', 'cached', 'us/block', 'raptorq', 'times', '+', 'luby-transform', '+'], decoding)}

Droplets beyond k until the rank is full; ${overhead[0].runs} seeded runs each. (The best any binary code can do: 1.61.)

${table(['k', 'lost', 'mean', 'p50', 'p99', 'p99.9', 'most', 'runs'], beyond)}`;
}

function rate(mbPerSecond: number | null): string {
  if (mbPerSecond === null) return '';
  return mbPerSecond < 10 ? mbPerSecond.toFixed(2) : mbPerSecond.toFixed(0);
}

function percent(loss: number): string {
  return loss === 1 ? 'all source' : `${loss * 100} %`;
}

function times(a: number | null | undefined, b: number | null | undefined): string {
  if (a == null || b == null) return '';
  const n = a / b;
  return `${n.toFixed(n < 10 ? 1 : 0)}x`;
}
