/**
 * Sums of products against JavaScript: every size of tile with its tails, operands in every order, and what is done with
 * the sums.
 */
import { beforeAll, describe, expect, it, vi } from 'vitest';
import type { Expr, Tensor } from '@sconce/core';
import * as e from '@sconce/core/e';
import { disagreement, evaluateOn, joined, made, noise, useBoth, type Make } from './oracle.js';

vi.setConfig({ testTimeout: 60_000 });
beforeAll(useBoth);

const agrees = (build: (make: Make) => readonly Tensor[], tolerance?: number): void =>
  expect(disagreement(build, tolerance)).toBe(null);

function product(name: string, a: Tensor, b: Tensor, sizes: readonly [number, number, number], at: { a: (m: Expr, k: Expr) => Expr[]; b: (k: Expr, n: Expr) => Expr[] }): Tensor {
  const [m, k, n] = sizes;
  return joined('reduce', `${name} ${m}x${k}x${n}`, [a, b], [m, n], ([i, j], [x, y]) =>
    e.reduce('sum', [k], ([r]) => e.mul(x(at.a(i, r)), y(at.b(r, j)))));
}

describe('contractions', () => {
  const sizes: readonly [number, number, number][] = [[1, 7, 5], [5, 1, 3], [4, 3, 8], [6, 40, 10], [3, 70, 27], [2, 90, 33], [17, 33, 9], [64, 100, 30], [3, 300, 1], [1, 64, 130], [40, 16, 130], [6, 2500, 21]];
  for (const [m, k, n] of sizes) {
    for (const dtype of ['float32', 'float64'] as const) {
      it(`${m}x${k}x${n} ${dtype}`, () => {
        agrees((make) => {
          const [a, b] = [make(noise, [m, k], dtype), make((i) => noise(i + 99), [k, n], dtype)];
          const [at, bt] = [make(noise, [k, m], dtype), make((i) => noise(i + 99), [n, k], dtype)];
          const bias = make(noise, [n], dtype);
          const plain = { a: (i: Expr, r: Expr) => [i, r], b: (r: Expr, j: Expr) => [r, j] };
          const turned = { a: (i: Expr, r: Expr) => [r, i], b: (r: Expr, j: Expr) => [j, r] };
          const relu = (x: Tensor): Tensor =>
            made(`bias relu ${m}x${n}`, [x, bias], [m, n], ([i, j], [y, c]) => e.max(e.add(y([i, j]), c([j])), 0));
          return [product(`ab ${dtype}`, a, b, [m, k, n], plain), relu(product(`atbt ${dtype}`, at, bt, [m, k, n], turned)), relu(product(`ab ${dtype}`, a, b, [m, k, n], plain))];
        }, 2e-5);
      });
    }
  }

  // Among them: blocks of rows that whole tiles of three rows do not fill, operands that several units read, long sums of
  // few results, few rows against a large matrix, so many columns that both operands are packed, and sums that end within
  // a round of steps.
  const exact = [
    [6, 25_000, 25], [880, 20, 12], [300, 600, 280], [309, 300, 276], [2, 5000, 700], [70, 3000, 3], [30, 77, 1100],
    [1, 700, 1003], [5, 300, 610], [8, 250, 530], [3, 2500, 130],
  ] as const;
  for (const [m, k, n] of exact) {
    it(`is exact on small integers in ${m}x${k}x${n}, as operands lie and turned`, () => {
      const small = (i: number): number => Math.round(noise(i));
      const [a, b] = [(i: number, r: number): number => small(i * k + r), (r: number, j: number): number => small(r * n + j + 99)];
      const want = new Float64Array(m * n);
      for (let i = 0; i < m; i++) {
        for (let r = 0; r < k; r++) for (let j = 0, x = a(i, r); j < n; j++) want[i * n + j] += x * b(r, j);
      }
      // The second time, scratch holds what the first has left.
      const results = evaluateOn('cpu', (make) => {
        const plain = [make((i) => a(Math.floor(i / k), i % k), [m, k]), make((i) => b(Math.floor(i / n), i % n), [k, n])];
        const turned = [make((i) => a(i % m, Math.floor(i / m)), [k, m]), make((i) => b(i % k, Math.floor(i / k)), [n, k])];
        return [0, 1].flatMap(() => [
          product('exact', plain[0], plain[1], [m, k, n], { a: (i, r) => [i, r], b: (r, j) => [r, j] }),
          product('exact turned', turned[0], turned[1], [m, k, n], { a: (i, r) => [r, i], b: (r, j) => [j, r] }),
          product('exact half turned', turned[0], plain[1], [m, k, n], { a: (i, r) => [r, i], b: (r, j) => [r, j] }),
        ]);
      });
      for (const got of results) expect(got.findIndex((x, i) => x !== want[i])).toBe(-1);
    });
  }

  it('rows on two axes, whose lines tiles of three rows cross', () => {
    agrees((make) => {
      const b = make((i) => noise(i + 99), [320, 36]);
      const sums = (name: string, a: Tensor, at: (p: Expr, q: Expr, r: Expr) => Expr[]): Tensor =>
        joined('reduce', name, [a, b], [3, 16, 36], ([p, q, j], [x, y]) => e.reduce('sum', [320], ([r]) => e.mul(x(at(p, q, r)), y([r, j]))));
      return [
        sums('steps are neighbours', make(noise, [16, 3, 320]), (p, q, r) => [q, p, r]),
        sums('rows are neighbours', make(noise, [3, 320, 16]), (p, q, r) => [p, r, q]),
      ];
    }, 2e-5);
  });

  it('convolution through windows with padding', () => {
    agrees((make) => {
      const x = make(noise, [2, 3, 8, 9]);
      const w = make(noise, [5, 3, 3, 3]);
      const bias = make(noise, [5]);
      const y = joined('reduce', 'conv', [x, w], [2, 5, 8, 9], ([n, o, i, j], [a, b]) =>
        e.reduce('sum', [3, 3, 3], ([c, p, q]) => {
          const [u, v] = [e.sub(e.add(i, p), 1), e.sub(e.add(j, q), 1)];
          const inside = [e.ge(u, 0), e.lt(u, 8), e.ge(v, 0), e.lt(v, 9)].reduce((s, t) => e.and(s, t));
          return e.mul(e.select(inside, a([n, c, u, v]), 0), b([o, c, p, q]));
        }));
      return [made('conv bias', [y, bias], [2, 5, 8, 9], ([n, o, i, j], [z, c]) => e.add(z([n, o, i, j]), c([o])))];
    }, 2e-5);
  });

  for (const width of [3, 5, 10]) {
    it(`convolves images of width ${width}, whose lines groups of lanes cross`, () => {
      agrees((make) => {
        const x = make(noise, [2, 2, 4, width]);
        const w = make(noise, [6, 2, 5, 5]);
        const g = make((i) => noise(i + 7), [2, 6, 4, width]);
        const bias = make(noise, [6]);
        const window = (read: (at: readonly Expr[]) => Expr, at: readonly Expr[], i: Expr, j: Expr): Expr => {
          const [u, v] = [e.sub(i, 2), e.sub(j, 2)];
          const inside = [e.ge(u, 0), e.lt(u, 4), e.ge(v, 0), e.lt(v, width)].reduce((s, t) => e.and(s, t));
          return e.select(inside, read([...at, u, v]), 0);
        };
        const y = joined('reduce', `conv ${width}`, [x, w], [2, 6, 4, width], ([n, o, i, j], [a, b]) =>
          e.reduce('sum', [2, 5, 5], ([c, p, q]) => e.mul(window(a, [n, c], e.add(i, p), e.add(j, q)), b([o, c, p, q]))));
        const ofWeight = joined('reduce', `conv weight ${width}`, [x, g], [6, 2, 5, 5], ([o, c, p, q], [a, b]) =>
          e.reduce('sum', [2, 4, width], ([n, i, j]) => e.mul(window(a, [n, c], e.add(i, p), e.add(j, q)), b([n, o, i, j]))));
        return [made(`conv bias ${width}`, [y, bias], [2, 6, 4, width], ([n, o, i, j], [z, c]) => e.max(e.add(z([n, o, i, j]), c([o])), 0)), ofWeight];
      }, 2e-5);
    });
  }

  for (const channels of [3, 6]) {
    it(`convolves images of ${channels} channels, padded, into as many and more, and back`, () => {
      agrees((make) => {
        const [x, gradients] = [make(noise, [2, channels, 4, 12]), [channels, 8].map((outputs) => make((i) => noise(i + 7), [2, outputs, 4, 12]))];
        const window = (read: (at: readonly Expr[]) => Expr, at: readonly Expr[], u: Expr, v: Expr): Expr => {
          const inside = [e.ge(u, 0), e.lt(u, 4), e.ge(v, 0), e.lt(v, 12)].reduce((s, t) => e.and(s, t));
          return e.select(inside, read([...at, u, v]), 0);
        };
        return gradients.flatMap((g) => {
          const outputs = g.shape[1];
          const w = make((i) => noise(i + 99), [outputs, channels, 3, 3]);
          const name = `conv ${channels} to ${outputs}`;
          return [
            joined('reduce', name, [x, w], [2, outputs, 4, 12], ([n, o, i, j], [a, b]) =>
              e.reduce('sum', [channels, 3, 3], ([c, p, q]) => e.mul(window(a, [n, c], e.sub(e.add(i, p), 1), e.sub(e.add(j, q), 1)), b([o, c, p, q])))),
            joined('reduce', `${name}, by x`, [g, w], [2, channels, 4, 12], ([n, c, i, j], [a, b]) =>
              e.reduce('sum', [outputs, 3, 3], ([o, p, q]) => e.mul(window(a, [n, o], e.add(e.sub(i, p), 1), e.add(e.sub(j, q), 1)), b([o, c, p, q])))),
            joined('reduce', `${name}, by w`, [g, x], [outputs, channels, 3, 3], ([o, c, p, q], [a, b]) =>
              e.reduce('sum', [2, 4, 12], ([n, i, j]) => e.mul(a([n, o, i, j]), window(b, [n, c], e.sub(e.add(i, p), 1), e.sub(e.add(j, q), 1))))),
          ];
        });
      }, 2e-5);
    });
  }

  it('sums over several axes in blocks, with more than one axis of rows', () => {
    agrees((make) => {
      const x = make(noise, [6, 4, 17, 18]);
      const g = make((i) => noise(i + 7), [6, 5, 17, 18]);
      return [
        joined('reduce', 'weight gradient', [g, x], [5, 4, 3, 3], ([o, c, p, q], [a, b]) =>
          e.reduce('sum', [6, 17, 18], ([n, i, j]) => {
            const [u, v] = [e.sub(e.add(i, p), 1), e.sub(e.add(j, q), 1)];
            const inside = [e.ge(u, 0), e.lt(u, 17), e.ge(v, 0), e.lt(v, 18)].reduce((s, t) => e.and(s, t));
            return e.mul(a([n, o, i, j]), e.select(inside, b([n, c, u, v]), 0));
          })),
      ];
    }, 2e-5);
  });

  it('reads operands as they come: scaled, cast, broadcast', () => {
    agrees((make) => {
      const a = make((i) => i % 5, [21, 40], 'int32');
      const b = make(noise, [40, 26]);
      const scale = make(noise, [40]);
      return [
        joined('reduce', 'scaled', [a, b, scale], [21, 26], ([i, j], [x, y, s]) =>
          e.reduce('sum', [40], ([r]) => e.mul(e.mul(e.cast(x([i, r]), 'float32'), s([r])), e.exp(y([r, j])))), 'float32'),
        joined('reduce', 'columns', [b, b], [26, 26], ([i, j], [x, y]) => e.reduce('sum', [40], ([r]) => e.mul(x([r, i]), y([r, j])))),
      ];
    }, 2e-5);
  });

  it('batches whose operands several units read', () => {
    const got = evaluateOn('cpu', (make) => {
      const small = (i: number): number => Math.round(noise(i));
      const [a, b] = [make(small, [2, 300, 270]), make((i) => small(i + 99), [2, 300, 300])];
      const ones = make(() => 1, [2, 270]);
      const y = joined('reduce', 'long bmm', [a, b], [2, 270, 300], ([n, i, j], [x, z]) => e.reduce('sum', [300], ([r]) => e.mul(x([n, r, i]), z([n, r, j]))));
      // The sum of each column, which needs only the sums of the rows of a.
      const sums = joined('reduce', 'column sums', [y, ones], [2, 300], ([n, j], [x, o]) => e.reduce('sum', [270], ([i]) => e.mul(x([n, i, j]), o([n, i]))));
      const rows = joined('reduce', 'row sums', [a], [2, 300], ([n, r], [x]) => e.reduce('sum', [270], ([i]) => x([n, r, i])));
      const want = joined('reduce', 'sums of columns', [rows, b], [2, 300], ([n, j], [x, z]) => e.reduce('sum', [300], ([r]) => e.mul(x([n, r]), z([n, r, j]))));
      return [sums, want];
    });
    expect(got[0]).toEqual(got[1]);
  });

  it('batches', () => {
    agrees((make) => {
      const [a, b] = [make(noise, [3, 5, 6]), make(noise, [3, 6, 7])];
      return [joined('reduce', 'bmm', [a, b], [3, 5, 7], ([n, i, j], [x, y]) => e.reduce('sum', [6], ([r]) => e.mul(x([n, i, r]), y([n, r, j]))))];
    }, 1e-5);
  });
});
