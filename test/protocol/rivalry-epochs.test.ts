/**
 * The window among others, epoch by epoch: what is asked for, or `-` where nobody else is there. The figures are
 * recorded (`npx vitest run FILE --update=all`), and follow RFC 9438 where there is a rule.
 */
import { describe, expect, test } from 'vitest';
import { Company, type Crowd, Rivalry } from '../../core/protocol/rivalry.ts';

const CROWD: Crowd = {
  rtt: 100,
  leastRtt: 40,
  target: 8,
  queue: 60,
  asked: 1000,
  carried: 1000,
  overflown: false,
};

class Scene {
  readonly rivalry: Rivalry;
  now = 10_000;
  #last = CROWD.asked;

  constructor(company = new Company()) {
    this.rivalry = new Rivalry(company);
  }

  /** So many epochs of 100 ms; what is said of each may depend on what was asked for last. */
  run(epochs: number, crowd: (i: number, last: number) => Partial<Crowd> = () => ({})): string {
    const verdicts: string[] = [];
    for (let i = 0; i < epochs; i++) {
      this.now += 100;
      const asked = this.rivalry.learn(this.now, { ...CROWD, ...crowd(i, this.#last) });
      this.#last = asked ?? CROWD.asked;
      verdicts.push(asked === undefined ? '-' : String(Number(asked.toPrecision(4))));
    }
    return verdicts.join(' ');
  }
}

describe('a queue', () => {
  test('that stays for five epochs, four round trips and 150 ms is somebody else’s', () => {
    expect(new Scene().run(12)).toMatchInlineSnapshot(`"- - - - - - 700 875 875 885 895 905"`);
    expect(new Scene().run(12, () => ({ rtt: 50 }))).toMatchInlineSnapshot(
      `"- - - - 700 875 875 915 955 995 1035 1075"`,
    );
    expect(new Scene().run(12, () => ({ rtt: 20 }))).toMatchInlineSnapshot(
      `"- - - - 700 875 875 1125 1375 1625 1875 2125"`,
    );
    expect(new Scene().run(16, () => ({ rtt: 200 }))).toMatchInlineSnapshot(
      `"- - - - - - - - - - 700 875 875 877.5 880 882.5"`,
    );
  });

  test.each([
    ['is no longer than is let stand', { queue: 8 }],
    ['comes of a link that has become slower', { carried: 299 }],
    ['is made longer by what is asked for', { carried: 1000, asked: 1101 }],
  ])('that %s is our own', (_, crowd) => {
    expect(new Scene().run(12, () => crowd)).toBe(Array(12).fill('-').join(' '));
  });

  test('that becomes shorter by a fifth is our own until it does so no more', () => {
    expect(new Scene().run(14, (i) => ({ queue: 60 * 0.79 ** Math.min(i, 4) }))).toMatchInlineSnapshot(
      `"- - - - - - - - - - 700 875 875 885"`,
    );
    expect(new Scene().run(12, (i) => ({ queue: 60 * 0.81 ** Math.min(i, 4) }))).toMatchInlineSnapshot(
      `"- - - - - - - - - - 700 875"`,
    );
  });
});

describe('among others', () => {
  /** What comes is what was asked for: others leave as much, and had left far more before. */
  const fed = (_: number, last: number): Partial<Crowd> => ({ asked: last, carried: last });
  const joined = (): Scene => {
    const scene = new Scene();
    scene.run(1, () => ({ asked: 9000, carried: 9000, queue: 0 }));
    scene.run(8);
    return scene;
  };

  test('the window climbs as long as more comes, then grows by CUBIC, and every 5 s less is asked for', () => {
    expect(joined().run(90, fed)).toMatchInlineSnapshot(
      `"875 885 895 905 915 925 935 945 955 965 975 985 995 1005 1015 1025 1035 1045 738.5 1065 1075 1085 1095 1105 1115 1125 1135 1145 1155 1165 1175 1185 1195 1205 1215 1225 1235 1245 1255 1265 1275 1285 1295 1305 1315 1325 1335 1345 1355 1375 1406 1437 1471 1505 1541 1577 1616 1655 1697 1739 1783 1828 1875 1924 1974 2025 2078 2133 1532 2247 2307 2368 2431 2496 2563 2631 2701 2773 2847 2923 3001 3080 3162 3246 3332 3419 3509 3601 3695 3791"`,
    );
  });

  test('the climb is over when a twentieth more does not come', () => {
    const scene = joined();
    expect(scene.run(3, fed)).toMatchInlineSnapshot(`"875 885 895"`);
    expect(scene.run(2, () => ({ carried: 920 }))).toMatchInlineSnapshot(`"905 915"`);
  });

  test('a loss takes three tenths of the window, once a round trip, and who has less then leaves more', () => {
    const scene = joined();
    scene.run(12, fed);
    expect(
      scene.run(40, (i, last) => ({ ...fed(i, last), overflown: i % 16 === 3 || i === 4 || i === 21 })),
    ).toMatchInlineSnapshot(
      `"995 1005 1015 710.5 751.6 770.7 552.2 806.1 822.4 837.8 852.4 866.2 879.2 891.4 902.8 913.5 923.6 932.9 941.6 659.1 683.4 478.4 497.8 506.6 514.7 522.2 529.1 535.4 541.2 546.5 551.3 555.6 559.5 563 566 396.2 413.3 420.9 428 434.4"`,
    );
  });

  test.each([6, 9, 10, 11])(
    'a loss in epoch %d ends the climb, unless it is in the first second',
    (epoch) => {
      const scene = joined();
      expect(scene.run(20, (i, last) => ({ ...fed(i, last), overflown: i === epoch }))).toMatchSnapshot();
    },
  );

  test('a window that is small grows as that of Reno does', () => {
    const scene = new Scene();
    const small = { asked: 30, carried: 30 };
    scene.run(10, () => small);
    expect(scene.run(20, (i) => ({ ...small, overflown: i === 1 }))).toMatchInlineSnapshot(
      `"46.25 32.38 40.47 40.47 50.47 60.47 70.47 80.47 90.47 100.5 110.5 120.5 130.5 140.5 150.5 160.5 119.3 - - -"`,
    );
  });

  test('paths share a queue by what it is in the mean: one that differs for a moment is theirs', () => {
    const company = new Company();
    const [one, other] = [new Scene(company), new Scene(company)];
    one.run(10);
    other.run(10);
    other.run(1, () => ({ queue: 140 }));
    expect(one.run(1)).toMatchInlineSnapshot(`"447.5"`);
    other.run(40, () => ({ queue: 140 }));
    expect(one.run(1)).toMatchInlineSnapshot(`"905"`);
  });

  test('paths that share a queue have each a part of the window', () => {
    const company = new Company();
    const [one, other] = [new Scene(company), new Scene(company)];
    one.run(10);
    other.run(10);
    expect(one.run(4)).toMatchInlineSnapshot(`"447.5 452.5 457.5 462.5"`);
    other.rivalry.end();
    expect(one.run(4)).toMatchInlineSnapshot(`"935 945 955 965"`);
  });
});

describe('others are gone', () => {
  test.each([
    ['a second without a queue', { queue: 3, rtt: 60 }],
    ['not with half of what is let stand', { queue: 4, rtt: 60 }],
    ['not with a long round trip', { queue: 3, rtt: 64 }],
  ])('after %s', (_, crowd) => {
    const scene = new Scene();
    scene.run(12);
    expect(scene.run(14, () => crowd)).toMatchSnapshot();
  });

  test('when less was asked for and as much came', () => {
    const scene = new Scene();
    expect(scene.run(40, () => ({ carried: 500, asked: 500 }))).toMatchInlineSnapshot(
      `"- - - - - - 350 437.5 437.5 447.5 457.5 467.5 477.5 487.5 497.5 507.5 517.5 527.5 537.5 547.5 557.5 567.5 577.5 587.5 597.5 607.5 432.3 - - - - - - - 350 437.5 437.5 447.5 457.5 467.5"`,
    );
    // Of what came when it was asked for less, so much is as much.
    const figures = (part: number): string => {
      const fresh = new Scene();
      fresh.run(27, () => ({ carried: 500, asked: 500 }));
      return fresh.run(3, (i) => ({ carried: i === 0 ? 500 * part : 500 }));
    };
    expect([figures(0.94), figures(0.92)]).toMatchInlineSnapshot(`
      [
        "- - -",
        "627.5 637.5 647.5",
      ]
    `);
  });

  test('when for seconds nearly all that ever came comes', () => {
    const scene = new Scene();
    scene.run(20, (i) => ({ carried: i < 12 ? 1000 : 600 }));
    expect(scene.run(90, (i) => ({ carried: i % 2 === 0 ? 960 : 1040, asked: 2000 }))).toMatchInlineSnapshot(
      `"995 1005 1015 1025 1035 1045 738.5 - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - -"`,
    );
  });
});

test('a queue is like another that differs by 15 ms and two fifths of the longer', () => {
  const company = new Company();
  company.report(new Rivalry(company), 0, 50, 3);
  const queues = [10, 14, 16, 50, 100, 107, 109, 200];
  expect(queues.map((queue) => company.sharing(0, queue).sharing)).toEqual([0, 0, 1, 1, 1, 1, 0, 0]);
  expect(company.sharing(5000, 50)).toEqual({ sharing: 1, lostAt: 3 });
  expect(company.sharing(5001, 50)).toEqual({ sharing: 0, lostAt: Number.NEGATIVE_INFINITY });
});
