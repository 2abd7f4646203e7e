import { beforeAll, describe, expect, it, vi } from 'vitest';
import { BASIC, computeType, type Build, type ComputeType, type DType, type Expr } from '@sconce/core';
import * as e from '@sconce/core/e';
import { difficult, disagreement, made, useBoth } from './oracle.js';

vi.setConfig({ testTimeout: 60_000 });
beforeAll(useBoth);

const TYPES: readonly ComputeType[] = ['float32', 'float64', 'int32', 'int64', 'bool'];
const FLOATS = new Set(['div', 'sqrt', 'floor', 'ceil', 'trunc', 'nearest']);
const INTEGERS = new Set(['quot', 'rem', 'shl', 'shr', 'ushr']);
const BITS = new Set(['and', 'or', 'xor', 'not']);

/** The types for which an instruction has a meaning. */
function typesOf(name: string): readonly ComputeType[] {
  if (name === 'umulhi') return ['int32'];
  if (INTEGERS.has(name)) return ['int32', 'int64'];
  if (BITS.has(name)) return ['int32', 'int64', 'bool'];
  if (FLOATS.has(name)) return ['float32', 'float64'];
  if (['eq', 'ne', 'lt', 'le', 'gt', 'ge', 'min', 'max'].includes(name)) return TYPES;
  if (['add', 'sub', 'mul', 'neg', 'abs'].includes(name)) return ['float32', 'float64', 'int32', 'int64'];
  return ['float32', 'float64'];
}

describe('instructions', () => {
  // Conversions have tests of their own; rare cases are tested through what they are cases of.
  const builders = Object.entries(e).filter((entry): entry is [string, Build] => 'row' in entry[1] && !('rare' in entry[1].row));
  const select = Object.assign((x: Expr, y: Expr, z: Expr) => e.select(e.cast(z, 'bool'), x, y), { row: BASIC.select });
  for (const [name, build] of [...builders, ['select', select as Build] as const]) {
    for (const dtype of name === 'select' ? TYPES : typesOf(name)) {
      it(`${name} ${dtype}`, () => {
        const { arity, result: kind } = build.row;
        const isShift = name === 'shl' || name === 'shr' || name === 'ushr';
        const n = 19 * 19;
        const values = difficult(dtype);
        // Expansions are accurate to some ulp, which near poles and zeros is more of the value.
        const tolerance = name in BASIC ? 0 : 2e-6;
        const result = disagreement((make) => {
          const a = make((i) => values[i % values.length], [n], dtype);
          const b = make((i) => (isShift ? i % 31 : values[Math.floor(i / values.length) % values.length]), [n], dtype);
          const c = make((i) => (i % 3 === 0 ? 1 : 0), [n], 'bool');
          return [
            made(`${name}_${dtype}`, [a, b, c], [n], (ix, [x, y, z]) => {
              const operands = name === 'select' ? [x(ix), y(ix), z(ix)] : [x(ix), y(ix)].slice(0, arity);
              return build(...operands);
            }, kind === 'bool' ? 'bool' : dtype),
          ];
        }, tolerance);
        expect(result).toBe(null);
      });
    }
  }
});

describe('casts', () => {
  const types: readonly DType[] = ['float32', 'float64', 'float16', 'bfloat16', 'int32', 'int64', 'int8', 'uint8', 'bool'];
  for (const from of types) {
    it(`from ${from}`, () => {
      const bits = from === 'float16' || from === 'bfloat16';
      const result = disagreement((make) => {
        const x = make(bits ? [0, 0x3c00, 0xbc00, 0x7c00, 0x3555, 0x0001, 0x8400] : difficult(from), [23], from);
        return types.map((to) =>
          made(`${from}_to_${to}`, [x], [23], (ix, [y]) => {
            const v = e.cast(y(ix), computeType(to));
            return to === 'uint8' ? e.and(v, 255) : to === 'int8' ? e.shr(e.shl(v, 24), 24) : v;
          }, to),
        );
      }, 0);
      expect(result).toBe(null);
    });
  }

  it('keeps bits', () => {
    const result = disagreement((make) => {
      const x = make((i) => i * 1.5 - 3, [9]);
      return [made('bits_of', [x], [9], (ix, [y]) => e.bitcast(y(ix), 'int32'), 'int32')];
    });
    expect(result).toBe(null);
  });
});
