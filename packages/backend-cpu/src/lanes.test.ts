import { beforeAll, describe, expect, it } from 'vitest';
import type { Expr, Tensor } from '@sconce/core';
import * as e from '@sconce/core/e';
import { disagreement, made, noise, useBoth, type Make } from './oracle.js';

beforeAll(useBoth);

const agrees = (build: (make: Make) => readonly Tensor[]): void => expect(disagreement(build)).toBe(null);

describe('lanes', () => {
  it('picks lanes of neighbours', () => {
    for (const dtype of ['float32', 'float64', 'int32', 'uint8'] as const) {
      agrees((make) => {
        const x = make((i) => (i * 7) % 100, [5, 64], dtype);
        const along = (name: string, n: number, column: (k: Expr) => Expr): Tensor =>
          made(`${name}_${dtype}`, [x], [5, n], ([i, k], [y]) => y([i, column(k)]));
        return [
          along('second', 31, (k) => e.add(e.mul(k, 2), 1)),
          along('third', 21, (k) => e.mul(k, 3)),
          along('third from the end', 21, (k) => e.sub(63, e.mul(k, 3))),
          along('second from the end', 30, (k) => e.sub(63, e.mul(k, 2))),
          along('twice', 37, (k) => e.quot(k, 2)),
          along('twice from within', 37, (k) => e.quot(e.add(k, 3), 2)),
          along('three times', 37, (k) => e.quot(k, 3)),
          along('four times', 37, (k) => e.quot(e.add(k, 6), 4)),
          along('eight times', 37, (k) => e.quot(e.add(k, 4), 8)),
          along('eight times from within', 37, (k) => e.quot(e.add(k, 3), 8)),
          along('pairs', 37, (k) => e.rem(k, 2)),
          along('pairs far apart', 37, (k) => e.add(e.quot(k, 2), e.mul(e.rem(k, 2), 30))),
          along('every second twice', 37, (k) => e.mul(e.quot(k, 2), 2)),
          along('rows of eight', 37, (k) => e.rem(e.add(k, 4), 8)),
          along('thirds of twice', 37, (k) => e.quot(e.mul(k, 2), 3)),
        ];
      });
    }
  });

  it('turns loads along one axis only where they run evenly along it', () => {
    agrees((make) => {
      const x = make(noise, [9, 200]);
      return [
        made('turned and not', [x], [30, 9], ([i, j], [y]) => e.add(y([j, i]), y([j, e.add(i, e.mul(e.quot(i, 2), 5))]))),
      ];
    });
  });

  it('divides numbers that are never negative', () => {
    agrees((make) => {
      const x = make((i) => i * 71, [19, 31], 'uint8');
      const digits = (name: string, number: (v: Expr, i: Expr, j: Expr) => Expr, by: number): Tensor[] =>
        (['quot', 'rem'] as const).map((op) =>
          made(`${name} ${op} ${by}`, [x], [19, 31], ([i, j], [y]) => e[op](number(y([i, j]), i, j), by), 'int32'));
      return [1, 2, 3, 8, 41, 49, 1000].flatMap((by) => [
        ...digits('byte', (v) => v, by),
        ...digits('large', (v, i) => e.add(e.mul(v, 16000), i), by),
        ...digits('too large', (v, i) => e.add(e.mul(v, 160000), i), by),
      ]);
    });
  });
});
