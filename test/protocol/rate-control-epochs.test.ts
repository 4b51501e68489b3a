/**
 * What is asked of one server, epoch by epoch, on a path made of numbers. The rates are recorded: whoever changes the
 * control on purpose records them anew (`npx vitest run -u`) and reads the difference.
 */
import { describe, expect, test } from 'vitest';
import { type Epoch, initialRate, RateControl } from '../../core/protocol/rate-control.ts';
import { Company } from '../../core/protocol/rivalry.ts';

interface Path {
  /** Symbols a second that the bottleneck carries, and that others send through it. */
  capacity: number;
  others: number;
  /** Round trip without a queue, ms. */
  rtt: number;
  /** Longest queue, ms; and part that is lost whatever is asked for. */
  most: number;
  loss: number;
  /** The server has so much to pour, symbols a second. */
  supply: number;
  /** Others send what keeps the queue as long as this, ms. */
  kept: number;
}

const PATH: Path = { capacity: 2000, others: 0, kept: 0, rtt: 40, most: 100, loss: 0, supply: 1e9 };
/** Datagrams of an epoch, that what is lost by chance is lost evenly. */
const ALL = 1e6;

class Scene {
  readonly control: RateControl;
  now = 0;
  path: Path;
  /** What stands before the bottleneck, symbols. */
  #queued = 0;

  constructor(path: Partial<Path> = {}, company: Company | undefined = new Company(), rate = 100) {
    this.path = { ...PATH, ...path };
    this.control = new RateControl(0, rate, company);
  }

  /** The rate after each of so many epochs, each of a round trip. */
  run(epochs: number, change: Partial<Path> = {}): string {
    Object.assign(this.path, change);
    const rates: number[] = [];
    for (let i = 0; i < epochs; i++) {
      this.#learn();
      rates.push(Number(this.control.rate.toPrecision(4)));
    }
    return rates.join(' ');
  }

  #learn(): void {
    const { capacity, kept, rtt, most, loss, supply } = this.path;
    const { control } = this;
    const before = (this.#queued / capacity) * 1000;
    const span = Math.max(rtt + before, 10);
    const sent = Math.min(control.rate, supply) * (span / 1000);
    const wanting = ((kept - before) / 1000) * capacity + capacity * (span / 1000) - sent;
    const others = kept > 0 ? Math.max(0, wanting) : this.path.others * (span / 1000);
    const all = sent + others;
    const room = (most / 1000) * capacity + capacity * (span / 1000);
    const arrived = Math.min(room, this.#queued + all);
    const dropped = this.#queued + all - arrived;
    this.#queued = Math.max(0, arrived - capacity * (span / 1000));
    const after = (this.#queued / capacity) * 1000;
    const through = Math.min(all - dropped, capacity * (span / 1000)) * (sent / all);
    const lost = loss + (1 - loss) * (dropped / all);
    this.now += span;
    const epoch: Epoch = {
      span,
      delivered: (through * (1 - loss) * 1000) / span,
      datagrams: ALL,
      lost: ALL * lost,
      queue: Math.min(before, after),
      lastQueue: after,
      limited: supply < control.rate,
    };
    control.learn(this.now, rtt + (before + after) / 2, rtt, epoch);
  }
}

function epochOf(fields: Partial<Epoch>): Epoch {
  return {
    span: 40,
    delivered: 100,
    datagrams: 1000,
    lost: 0,
    queue: 0,
    lastQueue: 0,
    limited: false,
    ...fields,
  };
}

describe('on a path of 2000 symbols a second', () => {
  test('the rate doubles at the start, falls back before a queue stands, and stays near it', () => {
    const scene = new Scene();
    expect(scene.run(12)).toMatchInlineSnapshot(
      `"210 441 926.1 1945 4084 4200 1600 841 1584 1633 1682 1745"`,
    );
    expect(scene.control.inStartup).toBe(false);
    expect(scene.run(24)).toMatchInlineSnapshot(
      `"1829 1947 2119 2386 2550 1905 1681 1606 1664 1714 1764 1816 1882 1970 2095 2279 2550 2550 1758 1469 1740 1792 1843 1896"`,
    );
  });

  test('every eight seconds the queue is let run dry for an epoch', () => {
    const scene = new Scene({}, undefined);
    scene.run(150);
    expect(scene.run(70)).toMatchInlineSnapshot(
      `"2059 2153 2287 2287 1908 1766 1889 1889 1943 1997 2052 2123 2220 2220 1904 1781 1885 1508 1938 1992 2047 2118 2215 2352 2352 1824 1622 1806 1858 1911 1965 2034 2128 2260 2457 1931 1749 1681 1732 1783 1835 1887 1955 2046 2174 2364 2364 1880 1699 1861 1861 1914 1968 2022 2093 2189 2324 2324 1854 1673 1835 1888 1941 1995 2065 2160 2294 2294 1881 1722"`,
    );
  });

  test('that becomes one of 500, the rate follows at once', () => {
    const scene = new Scene();
    scene.run(40);
    expect(scene.run(16, { capacity: 500 })).toMatchInlineSnapshot(
      `"250 210.7 346.5 376.7 410.2 449 496.7 559.5 648.2 675 464.2 382.2 459.6 459.6 491.5 527.5"`,
    );
  });

  test('that becomes one of 8000, the rate grows by longer and longer steps', () => {
    const scene = new Scene();
    scene.run(40);
    expect(scene.run(30, { capacity: 8000 })).toMatchInlineSnapshot(
      `"2670 3152 3965 4981 6251 7839 9823 10050 7593 6695 6359 6628 6752 6879 7007 7137 7322 7595 8004 8637 9646 9646 7423 6560 6289 6494 6617 6741 6867 6995"`,
    );
  });

  test('that stalls, what it carried before is remembered in part', () => {
    const scene = new Scene({ most: 2000 });
    scene.run(40);
    scene.run(1, { capacity: 100 });
    expect(scene.run(14, { capacity: 2000 })).toMatchInlineSnapshot(
      `"100 200 400 800 1218 1262 1306 1360 1431 1528 1669 1884 2231 2550"`,
    );
  });

  test.each([0.05, 0.3, 0.7])('that loses %d of all, the loss is the path’s own', (loss) => {
    const scene = new Scene({ loss });
    expect(scene.run(30)).toMatchSnapshot();
    expect(scene.control.baseLoss).toBeCloseTo(Math.min(0.6, loss), 5);
    expect(scene.control.recentLoss).toBeCloseTo(loss, 5);
  });

  test('that begins to lose a fifth, less is asked for until that is seen to be no use', () => {
    const scene = new Scene();
    scene.run(40);
    expect(scene.run(30, { loss: 0.2 })).toMatchInlineSnapshot(
      `"2375 1496 957.1 820.4 562.6 519.3 383.5 383.5 414.2 448.6 488.7 538.4 604.3 698.2 842.4 1078 1373 1741 2201 2550 2550 1826 1562 1808 1808 1860 1913 1966 2036 2129"`,
    );
    expect(scene.control.baseLoss).toBeGreaterThan(0.15);
  });

  test('with room for a queue of 5 ms, what overflows is no loss of the path', () => {
    const scene = new Scene({ most: 5 });
    expect(scene.run(40)).toMatchInlineSnapshot(
      `"210 441 926.1 1945 4084 4200 1600 1980 2035 2090 2147 2220 2220 2220 1600 2055 2111 2183 2282 2282 1600 2055 2111 2183 2282 2282 1600 2055 2111 2183 2282 2282 1600 2055 2111 2183 2282 2282 1600 2055"`,
    );
    expect(scene.control.baseLoss).toBeLessThan(0.02);
  });

  test('of which the server can fill a quarter, what it has is asked for and little more', () => {
    const scene = new Scene({ supply: 500 });
    expect(scene.run(12)).toMatchInlineSnapshot(
      `"210 441 926.1 1050 1050 1050 1050 1050 1050 1050 1050 1050"`,
    );
    expect(scene.run(12, { supply: 1e9 })).toMatchInlineSnapshot(
      `"2205 4200 1600 1274 1584 1633 1682 1745 1829 1947 2119 2386"`,
    );
  });

  test('that others fill, a part is held against them, and all is taken when they go', () => {
    const scene = new Scene({ others: 1000, most: 150 });
    expect(scene.run(80)).toMatchInlineSnapshot(
      `"210 441 926.1 1945 2774 1176 586.1 385.6 334.8 406.2 437.3 472.1 513 564 631.8 728.8 878.3 1123 1372 1496 1496 1053 800.3 660.2 602.7 653.6 688.4 723.7 765 815.8 882.1 974.1 1110 1325 1475 1475 1066 829.2 693.2 633.4 686.3 721.6 757.4 799.4 851.4 919.5 1014 1155 1377 1498 1498 1040 780.9 640.7 585.8 634.3 668.8 703.8 744.7 794.8 860.1 950.4 1084 1294 1460 1460 1078 854 721.8 660.1 714.6 750.3 786.6 829.3 882.3 951.9 1049 1194 1410 1513"`,
    );
    expect(scene.run(60, { others: 0 })).toMatchInlineSnapshot(
      `"1916 2420 2550 1936 1730 1651 1713 1764 1815 1867 1934 2025 2152 2340 2550 1899 1671 1597 1654 1704 1755 1819 1906 2027 2206 2482 2482 1836 1597 1818 1818 1870 1923 1977 2046 2140 2274 2471 1918 1725 1656 1707 1758 1809 1861 1928 2018 2146 2333 2550 1906 1681 1607 1665 1715 1765 1817 1883 1971 2096"`,
    );
  });

  test('whose queue others keep at 80 ms, the rate is that of a TCP among them', () => {
    const scene = new Scene({ most: 150 });
    scene.run(40);
    expect(scene.run(100, { kept: 80 })).toMatchInlineSnapshot(
      `"444.1 222.1 111 55.52 27.76 16.67 16.67 310.9 388.6 485.8 607.2 759 948.8 1186 1482 1853 2316 2683 2135 1851 1910 2039 1451 2387 2595 1463 1605 2074 2236 2115 1987 1977 2029 2058 2045 2023 2016 2022 2027 2024 2019 2016 1000 500 250 125 62.5 31.25 16.67 700 875 1094 1367 1709 2136 2582 2182 1857 1852 2003 2088 2048 1987 1383 2305 2552 2100 1833 1873 2029 2089 2035 1980 1979 2005 2019 2013 2003 2001 2015 2027 2027 1000 500 250 125 62.5 31.25 16.67 700 875 1094 1367 1709 2136 2582 2182 1857 1852 2003"`,
    );
    expect(scene.run(40, { kept: 0 })).toMatchInlineSnapshot(
      `"2088 2048 1987 1383 2353 2651 2115 1809 1854 2032 2102 2039 1976 1975 2005 2021 2014 2002 2000 2015 2027 2027 1000 709.4 1386 1432 1478 1537 1613 1720 1876 2114 2501 2550 1872 1630 1561 1613 1663 1713"`,
    );
  });

  test('that others fill, who is to stay in the background gives way', () => {
    const scene = new Scene({ others: 2100, most: 150 }, undefined);
    scene.run(40);
    expect(scene.run(8)).toMatchInlineSnapshot(`"11.24 10.53 10.66 10.53 10.53 10.53 10.53 10.53"`);
  });
});

describe('on a path with a round trip of', () => {
  test.each([1, 5, 300])('%d ms the rate comes to what it carries', (rtt) => {
    const scene = new Scene({ rtt });
    expect(scene.run(30)).toMatchSnapshot();
  });

  test('1 ms that becomes ten times as fast, the rate grows by more steps an epoch', () => {
    const scene = new Scene({ rtt: 1 });
    scene.run(60);
    expect(scene.run(20, { capacity: 20_000 })).toMatchInlineSnapshot(
      `"2229 2579 3114 3993 5091 6464 8180 10330 13010 16360 20550 25780 27000 27000 18670 16690 15330 14590 15180 16410"`,
    );
  });
});

describe('the start', () => {
  test.each([
    [40, 1, 1600],
    [40, 4, 1600],
    [40, 8, 800],
    [40, 100, 200],
    [2, 1, 6400],
    [1000, 1, 64],
  ])('with a round trip of %d ms and %d servers asks each for %d symbols a second', (rtt, servers, rate) => {
    expect(initialRate(rtt, servers)).toBe(rate);
  });

  test('ends when what comes has not grown for two and a half round trips and 60 ms', () => {
    const control = new RateControl(0, 1000, undefined);
    const inStart: boolean[] = [];
    for (let i = 1; i <= 7; i++) {
      control.learn(i * 40, 40, 40, epochOf({ delivered: 400 }));
      inStart.push(control.inStartup);
    }
    expect(inStart).toEqual([true, true, true, true, true, false, false]);
    expect(control.rate).toBeCloseTo(320 * 1.24, -1);
  });

  test('goes on as long as what comes grows by more than a quarter', () => {
    const control = new RateControl(0, 1000, undefined);
    let delivered = 100;
    for (let i = 1; i <= 12; i++, delivered *= 1.26) {
      control.learn(i * 40, 40, 40, epochOf({ delivered }));
      expect(control.inStartup).toBe(true);
    }
  });

  test('is not misled by what had stood still on its way and came at once', () => {
    const control = new RateControl(0, 100, undefined);
    control.learn(40, 40, 40, epochOf({ delivered: 5000 }));
    expect(control.rate).toBeCloseTo(210, 6);
  });

  test('ends with a queue: what came before is taken for sure in part', () => {
    const control = new RateControl(0, 2000, undefined);
    control.learn(40, 40, 40, epochOf({ delivered: 1000 }));
    control.learn(80, 40, 40, epochOf({ delivered: 100, queue: 3.1 }));
    expect(control.inStartup).toBe(false);
    expect(control.rate).toBeCloseTo(560, 6);
  });

  test('does not end with a queue of less than half of what is let stand', () => {
    const control = new RateControl(0, 2000, undefined);
    control.learn(40, 40, 40, epochOf({ delivered: 1000, queue: 3 }));
    expect(control.inStartup).toBe(true);
  });

  test('comes again after a silence, with no more than was asked for then', () => {
    const scene = new Scene();
    scene.run(40);
    scene.control.restart(scene.now, 150);
    expect(scene.control.inStartup).toBe(true);
    expect(scene.control.rate).toBe(150);
    scene.control.restart(scene.now, 800);
    expect(scene.run(10)).toMatchInlineSnapshot(`"315 661.5 1389 2917 4200 1600 1001 1584 1633 1682"`);
  });
});

describe('an epoch', () => {
  test('in which nothing was sent says nothing', () => {
    const control = new RateControl(0, 1000, undefined);
    control.learn(40, 40, 40, epochOf({ datagrams: 0, delivered: 5000 }));
    expect(control.rate).toBe(1000);
  });

  test.each([
    [49, 149, true],
    [50, 149, false],
    [49, 150, false],
  ])(
    'in which the server had too little says nothing unless a queue stands: %d, %d ms',
    (queue, last, nothing) => {
      const control = new RateControl(0, 1000, undefined);
      control.learn(40, 40, 40, epochOf({ limited: true, delivered: 1000, queue, lastQueue: last }));
      expect(control.inStartup).toBe(nothing);
      expect(control.rate).toBe(nothing ? 2100 : 800);
    },
  );

  test.each([
    [40, 50],
    [1000, 4],
    [2, 1000],
  ])('leaves, at a round trip of %d ms, %d symbols a second at least', (rtt, least) => {
    const control = new RateControl(0, 1, undefined);
    control.learn(40, rtt, rtt, epochOf({ delivered: 0.1, queue: 100 }));
    expect(control.rate).toBeCloseTo(least, 6);
  });

  test('leaves four million symbols a second at most', () => {
    const control = new RateControl(0, 3_000_000, undefined);
    control.learn(40, 40, 40, epochOf({ delivered: 3_000_000 }));
    expect(control.rate).toBe(4_000_000);
  });
});

describe('the queue that is let stand', () => {
  test.each([
    [10, 6],
    [48, 6],
    [80, 10],
    [160, 20],
    [400, 20],
  ])('is, at a round trip of %d ms, %d ms in the start', (rtt, target) => {
    expect(RateControl.target(rtt)).toBe(target);
  });

  test.each([
    [40, 2500, 8],
    [40, 40_000, 4],
    [40, 5000, 4.757],
    [40, 100, 16],
    [160, 2500, 20],
    [160, 1250, 33.636],
    [160, 40_000, 4],
  ])('is, at %d ms and %d symbols a second, %d ms', (rtt, rate, target) => {
    expect(RateControl.fairTarget(rtt, rate)).toBeCloseTo(Math.max(4, target), 3);
  });
});
