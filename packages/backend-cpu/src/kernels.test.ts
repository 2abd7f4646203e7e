/**
 * Maps, reductions, rows and sums in order against JavaScript.
 */
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { axisRef, freshAxis, IndexError, type Combine, type DType, type Expr, type Shape, type Tensor } from '@sconce/core';
import * as e from '@sconce/core/e';
import { difficult, disagreement, errorOf, evaluateOn, joined, made, noise, useBoth, type Make } from './oracle.js';

vi.setConfig({ testTimeout: 60_000 });
beforeAll(useBoth);

const agrees = (build: (make: Make) => readonly Tensor[], tolerance?: number): void =>
  expect(disagreement(build, tolerance)).toBe(null);

describe('maps', () => {
  it('walks memory in every way', () => {
    agrees((make) => {
      const x = make(noise, [6, 7, 9]);
      return [
        made('transpose', [x], [9, 7, 6], ([i, j, k], [y]) => y([k, j, i])),
        made('swap inner', [x], [6, 9, 7], ([i, j, k], [y]) => y([i, k, j])),
        made('flip', [x], [6, 7, 9], ([i, j, k], [y]) => y([i, j, e.sub(8, k)])),
        made('every other', [x], [6, 7, 4], ([i, j, k], [y]) => y([i, j, e.add(e.mul(k, 2), 1)])),
        made('flat', [x], [378], ([i], [y]) => y([e.quot(i, 63), e.rem(e.quot(i, 9), 7), e.rem(i, 9)])),
        made('transposed flat', [x], [378], ([i], [y]) => y([e.rem(i, 6), e.rem(e.quot(i, 6), 7), e.quot(i, 42)])),
        made('repeat', [x], [6, 7, 18], ([i, j, k], [y]) => y([i, j, e.rem(k, 9)])),
      ];
    });
  });

  it('reads a constant beside and outside of a window', () => {
    agrees((make) => {
      const x = make(noise, [5, 6]);
      return [
        made('pad', [x], [9, 11], ([i, j], [y]) => {
          const inside = [e.ge(i, 2), e.lt(i, 7), e.ge(j, 3), e.lt(j, 9)].reduce((a, b) => e.and(a, b));
          return e.select(inside, y([e.sub(i, 2), e.sub(j, 3)]), -1);
        }),
      ];
    });
  });

  it('broadcasts, with lanes of every width', () => {
    const types: readonly DType[] = ['float32', 'float64', 'int32', 'int64', 'uint8', 'bool'];
    for (const dtype of types) {
      agrees((make) => {
        const x = make(difficult(dtype).filter((v) => Math.abs(v) < 1e6), [5, 13], dtype);
        const y = make([1, 0, 2, 1], [13], dtype);
        const z = make([2, 1, 0], [5, 1], dtype);
        return [
          made(`mixed_${dtype}`, [x, y, z], [5, 13], ([i, j], [a, b, c]) => {
            const sum = e.add(e.cast(a([i, j]), 'float64'), e.cast(b([j]), 'float64'));
            return e.cast(e.select(e.gt(sum, 1), sum, e.cast(c([i, e.const(0, 'int32')]), 'float64')), 'float32');
          }, 'float32'),
        ];
      });
    }
  });

  it('gathers with an index from data, and refuses one that is out of range', () => {
    const build = (index: readonly number[]) => (make: Make): Tensor[] => {
      const table = make(noise, [10, 8]);
      const ids = make(index, [6], 'int32');
      return [
        made('embedding', [table, ids], [6, 8], ([i, j], [t, ix]) => t([e.check(ix([i]), { op: 'embedding', size: 10, noun: 'index' }), j])),
      ];
    };
    agrees(build([3, 0, 9, 9, 1, 2]));
    const error = errorOf(() => evaluateOn('cpu', build([3, 0, 10, 9, 1, 2])));
    expect(error).toBeInstanceOf(IndexError);
    expect(String(error)).toBe(String(errorOf(() => evaluateOn('oracle', build([3, 0, 10, 9, 1, 2])))));
    agrees(build([1, 1, 1, 1, 1, 1]));
  });

  it('checks only on the side that is chosen', () => {
    agrees((make) => {
      const x = make(noise, [4, 5]);
      const target = make([2, -100, 0, -100], [4], 'int32');
      return [
        made('pick', [x, target], [4], ([i], [y, t]) =>
          e.select(e.eq(t([i]), -100), 0, y([i, e.check(t([i]), { op: 'nll', size: 5, noun: 'class' })])),
        ),
      ];
    });
  });
});

const COMBINES: readonly Combine[] = ['sum', 'prod', 'max', 'min', 'argmax', 'argmin'];

function reduce(combine: Combine, x: Tensor, dims: readonly number[], name = ''): Tensor {
  const kept = x.shape.flatMap((n, d) => (dims.includes(d) ? [] : [n]));
  const isArg = combine === 'argmax' || combine === 'argmin';
  return joined('reduce', `${combine}${dims.join()}${name}`, [x], kept, (ix, [y]) =>
    e.reduce(combine, dims.map((d) => y.shape[d]), (r) => {
      let kept = 0;
      let joined = 0;
      return y(y.shape.map((_, d) => (dims.includes(d) ? r[joined++] : ix[kept++])));
    }), isArg ? 'int32' : x.dtype);
}

describe('reductions', () => {
  const cases: readonly [Shape, readonly number[]][] = [
    [[7, 130], [1]], [[130, 7], [0]], [[5, 6, 7], [0, 2]], [[5, 6, 7], [1]], [[3, 200, 3], [0, 1]], [[1500], [0]], [[4, 3], [1]], [[2, 0], [1]],
    [[9, 33], [0]], [[64, 40], [0]],
  ];
  for (const combine of COMBINES) {
    for (const dtype of ['float32', 'float64', 'int32', 'int64', 'bool'] as const) {
      it(`${combine} ${dtype}`, () => {
        for (const [shape, dims] of cases) {
          agrees((make) => {
            const near = combine === 'prod' ? (i: number) => 1 + noise(i) / 50 : noise;
            const values = dtype === 'bool' ? (i: number) => Number(noise(i) > 1.9) : dtype.startsWith('int') ? (i: number) => Math.round(noise(i) * 3) : near;
            return [reduce(combine, make(values, shape, dtype), dims)];
          }, 1e-5);
        }
      });
    }
    it(`${combine} with NaN`, () => {
      for (const [shape, dims] of cases) agrees((make) => [reduce(combine, make(difficult('float32').slice(0, 11), shape), dims)], 1e-5);
    });
  }

  it('adds ten million times 0.1', () => {
    const [[sum]] = evaluateOn('cpu', (make) => [reduce('sum', make(() => 0.1, [1e7]), [0])]);
    expect(Math.abs(Number(sum) - 1e6)).toBeLessThan(1);
    const [sums] = evaluateOn('cpu', (make) => [reduce('sum', make(() => 0.1, [1e6, 5]), [0])]);
    for (const s of sums) expect(Math.abs(Number(s) - 1e5)).toBeLessThan(0.1);
    const [[strided]] = evaluateOn('cpu', (make) => [reduce('sum', make(() => 0.1, [1e6, 3]), [0])]);
    expect(Math.abs(Number(strided) - 1e5)).toBeLessThan(0.1);
  });
});

/** softmax over the last dimension, in the ops that a user composes it of. */
function softmax(x: Tensor): Tensor {
  const row = (ix: readonly Expr[]): Expr[] => ix.slice(0, -1);
  const max = reduce('max', x, [x.ndim - 1], 'row');
  const shifted = made('shift', [x, max], x.shape, (ix, [a, m]) => e.exp(e.sub(a(ix), m(row(ix)))));
  const sum = reduce('sum', shifted, [x.ndim - 1], 'row');
  return made('divide', [shifted, sum], x.shape, (ix, [a, s]) => e.div(a(ix), s(row(ix))));
}

describe('rows', () => {
  for (const shape of [[64, 10], [17, 1000], [3, 5, 37], [30, 3]] as const) {
    it(`softmax ${shape.join('x')}`, () => agrees((make) => [softmax(make(noise, shape))], 2e-6));
  }

  it('mean and variance at once', () => {
    agrees((make) => {
      const x = make(noise, [20, 70]);
      const mean = made('mean', [reduce('sum', x, [1], 'mean')], [20], (ix, [s]) => e.div(s(ix), 70));
      const centred = made('centre', [x, mean], [20, 70], ([i, j], [a, m]) => e.sub(a([i, j]), m([i])));
      const square = made('square', [centred], [20, 70], (ix, [a]) => e.mul(a(ix), a(ix)));
      const variance = made('var', [reduce('sum', square, [1], 'var')], [20], (ix, [s]) => e.div(s(ix), 70));
      const y = made('norm', [centred, variance], [20, 70], ([i, j], [c, v]) => e.div(c([i, j]), e.sqrt(e.add(v([i]), 1e-5))));
      return [y, mean, variance];
    }, 3e-6);
  });

  it('works down columns', () => {
    agrees((make) => {
      const x = make(noise, [37, 22]);
      const max = reduce('max', x, [0], 'column');
      const shifted = made('shift column', [x, max], [37, 22], ([i, j], [a, m]) => e.exp(e.sub(a([i, j]), m([j]))));
      const sum = reduce('sum', shifted, [0], 'column');
      return [made('divide column', [shifted, sum], [37, 22], ([i, j], [a, s]) => e.div(a([i, j]), s([j])))];
    }, 2e-6);
  });
});

describe('in order', () => {
  for (const combine of COMBINES) {
    for (const dim of [0, 1, 2]) {
      it(`running ${combine} along ${dim}`, () => {
        for (const dtype of ['float32', 'int32', 'float64', 'int64'] as const) {
          agrees((make) => {
            const x = make((i) => (dtype.startsWith('f') ? 1 + noise(i) / 3 : Math.round(noise(i))), [5, 6, 9], dtype);
            const isArg = combine.startsWith('arg');
            return [joined('scan', `scan ${combine} ${dim} ${dtype}`, [x], x.shape, (ix, [y]) => ({ scan: combine, dim, value: y(ix) }), isArg ? 'int32' : dtype)];
          }, 2e-6);
        }
      });
    }
  }

  for (const combine of ['set', 'sum', 'prod', 'max', 'min'] as const) {
    it(`scatter ${combine}`, () => {
      for (const dtype of ['float32', 'int32', 'float64', 'int64', 'uint8'] as const) {
        agrees((make) => {
          const base = make((i) => i % 7, [6, 10], dtype);
          const source = make((i) => i % 5, [8, 10], dtype);
          const index = make([3, 0, 5, 3, 3, 1, 0, 5], [8], 'int32');
          const rows = joined('scatter', `rows ${combine} ${dtype}`, [base, source, index], [6, 10], (ix, [b, s, ids]) => {
            const [i, j] = [freshAxis(8, 's'), freshAxis(10, 'c')];
            const at = e.check(ids([axisRef(i)]), { op: 'scatter', size: 6, noun: 'index' });
            return { scatter: combine, base: b(ix), axes: [i, j], target: [at, axisRef(j)], value: s([axisRef(i), axisRef(j)]) };
          });
          const columns = joined('scatter', `columns ${combine} ${dtype}`, [base, source, index], [6, 10], (ix, [b, s, ids]) => {
            const [i, j] = [freshAxis(6, 's'), freshAxis(8, 'c')];
            const at = e.check(ids([axisRef(j)]), { op: 'scatter', size: 10, noun: 'index' });
            return { scatter: combine, base: b(ix), axes: [i, j], target: [axisRef(i), at], value: s([axisRef(j), axisRef(i)]) };
          });
          return [rows, columns];
        });
      }
    });

    it(`scatter ${combine} into many long rows`, () => {
      agrees((make) => {
        const base = make((i) => i % 7, [2, 70, 37]);
        const source = make((i) => i % 5, [2, 90, 37]);
        const index = make((i) => (i * i) % 70, [90], 'int32');
        const indices = make((i) => (i * i) % 70, [2, 90], 'int32');
        return [index, indices].map((given) =>
          joined('scatter', `long rows ${combine} ${given.ndim}`, [base, source, given], [2, 70, 37], (ix, [b, s, ids]) => {
            const [i, j, k] = [freshAxis(2, 'b'), freshAxis(90, 's'), freshAxis(37, 'c')].map(axisRef);
            const at = e.check(ids(given.ndim === 1 ? [j] : [i, j]), { op: 'scatter', size: 70, noun: 'index' });
            const axes = [i, j, k].flatMap((x) => (x.op === 'axis' ? [x.axis] : []));
            return { scatter: combine, base: b(ix), axes, target: [i, at, k], value: s([i, j, k]) };
          }),
        );
      });
    });
  }
});

/** The sum over k of a[m, k]·b[k, n], with operands read at the given indices. */
