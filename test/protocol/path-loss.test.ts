/** Which losses are a path's own, told from those of a queue that is full. */
import { describe, expect, test } from 'vitest';
import { type Losses, PathLoss } from '../../core/protocol/path-loss.ts';

function losses(datagrams: number, lost: number): Losses {
  return { datagrams, lost };
}

/** Of a path that has been seen to lose so much of a thousand. */
function pathThatLoses(lost: number): PathLoss {
  const path = new PathLoss();
  for (let i = 0; i < 3; i++) path.learnClean(losses(1000, lost));
  return path;
}

describe('the loss of a path', () => {
  test('is what was lost in the last four hundred datagrams that no queue can have dropped', () => {
    const path = new PathLoss();
    const bases = [
      [100, 50],
      [100, 30],
      [100, 10],
      [200, 0],
      [101, 0],
      [1000, 100],
    ].map(([datagrams, lost]) => {
      path.learnClean(losses(datagrams, lost));
      return Number(path.base.toFixed(4));
    });
    // The first is left out as soon as what follows it suffices; three are kept, however long.
    expect(bases).toEqual([0.5, 0.4, 0.3, 0.18, 0.0249, 0.0769]);
  });

  test('is taken to be three fifths at most', () => {
    const path = new PathLoss();
    path.learnClean(losses(100, 90));
    expect(path.base).toBe(0.6);
  });

  test('of late is a mean, in which a long epoch counts half', () => {
    const path = new PathLoss();
    const recent = [
      [100, 20],
      [100, 20],
      [200, 0],
      [1000, 0],
    ].map(([datagrams, lost]) => {
      path.learn(losses(datagrams, lost));
      return path.recent;
    });
    expect(recent.map((loss) => Number(loss.toFixed(5)))).toEqual([0.05, 0.0875, 0.04375, 0.02188]);
  });

  test('is less than was thought when less than three tenths of it is lost', () => {
    const path = pathThatLoses(100);
    path.learn(losses(99, 0));
    expect(path.base).toBe(0.1);
    path.learn(losses(1, 0));
    expect(path.base).toBe(0);
    const other = pathThatLoses(100);
    other.learn(losses(1000, 29));
    expect(other.base).toBe(0.029);
    const same = pathThatLoses(100);
    same.learn(losses(1000, 30));
    expect(same.base).toBe(0.1);
  });

  test('is looked at anew after each ten that should have been lost', () => {
    const path = pathThatLoses(100);
    path.learn(losses(100, 10));
    for (let i = 0; i < 9; i++) path.learn(losses(10, 0));
    expect(path.base).toBe(0.1);
    path.learn(losses(10, 2));
    expect(path.base).toBe(0.02);
    // What was learned before is forgotten.
    path.learnClean(losses(100, 0));
    expect(path.base).toBe(0.01);
  });
});

describe('loss', () => {
  test('is in excess by three hundredths and three sigma; the third time in a row it goes on', () => {
    const path = pathThatLoses(0);
    // 0.02 at least is taken for the spread: 3 * sqrt(0.02 / 1000) = 0.0134.
    const verdicts = [43, 44, 44, 44, 44, 43, 44].map((lost) => path.learn(losses(1000, lost)));
    expect(verdicts).toEqual(['none', 'once', 'once', 'again', 'again', 'none', 'once']);
  });

  test('is measured against what the path loses anyway', () => {
    const path = pathThatLoses(200);
    // 0.2 + 0.03 + 3 * sqrt(0.2 * 0.8 / 1000) = 0.2679.
    expect(path.learn(losses(1000, 267))).toBe('none');
    expect(path.learn(losses(1000, 269))).toBe('once');
  });

  test('goes on from the third epoch on, the first that are seen too', () => {
    const path = pathThatLoses(0);
    expect([44, 44, 44].map((lost) => path.learn(losses(1000, lost)))).toEqual(['once', 'once', 'again']);
  });

  test('of a few datagrams is by chance', () => {
    const path = pathThatLoses(0);
    expect(path.learn(losses(10, 1))).toBe('none');
    expect(path.learn(losses(10, 2))).toBe('once');
  });

  test('is none in excess of what is not known: two clean epochs do not tell', () => {
    const path = new PathLoss();
    expect(path.learn(losses(1000, 500))).toBe('none');
    path.learnClean(losses(1000, 0));
    path.learnClean(losses(1000, 0));
    expect(path.learn(losses(1000, 500))).toBe('none');
    path.learnClean(losses(1000, 0));
    expect(path.learn(losses(1000, 500))).toBe('once');
  });

  test('that proved the path better than was thought makes it known', () => {
    const path = new PathLoss();
    path.learnClean(losses(1000, 100));
    expect(path.learn(losses(1000, 0))).toBe('none');
    expect(path.base).toBe(0);
    expect(path.learn(losses(1000, 100))).toBe('once');
  });

  test.each([
    [0, 0, false],
    [0, 1, true],
    [100, 129, false],
    [100, 131, true],
  ])(
    'is a sign of a full queue beyond chance: of a path that loses %d in a thousand, %d: %s',
    (own, lost, sign) => {
      // 100 + 3 * sqrt(100) = 130.
      expect(pathThatLoses(own).hasOverflown(losses(1000, lost))).toBe(sign);
    },
  );
});
