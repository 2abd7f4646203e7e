/**
 * Folds: the running combination of a reduction or a scan, in registers, for one point or for four lanes.
 *
 * Float32 sums are kept accurate in one of three ways: plain, for few elements; blocked, where a float32 sum of some
 * dozens of elements is added to a float64 total by `flush`; double, where every element is.
 *
 * Extremes of float lanes take one instruction that forgets NaN, and NaN is noted beside them: a maximum that propagates
 * NaN takes eight on x64.
 *
 * Invariant: NaN wins a maximum and a minimum; `argmax` and `argmin` give the first of equals, and the first NaN.
 *
 * Reference: Higham, Accuracy and Stability of Numerical Algorithms (2002), chapter 4, for blocked summation.
 */
import { isArg, type Combine, type ComputeType, type InstructionName } from '@sconce/core';
import { identityOf } from '@sconce/compiler';
import type { Op } from '../wasm/index.js';
import { scalarOp, SCALAR_TYPE } from './scalar.js';
import { set, type Statement } from './statement.js';
import type { Term, Terms, Variable } from './term.js';
import { constantParts, eachLane, extract, SHAPE, vectorOp, type Parts } from './vector.js';

export type Precision = 'plain' | 'blocked' | 'double';

const OP: Readonly<Record<string, InstructionName>> = { sum: 'add', prod: 'mul', max: 'max', min: 'min' };

/** The same arithmetic on one value (a list of one term) and on four. */
interface Algebra {
  constant(value: number | bigint, dtype: ComputeType): Parts;
  op(name: InstructionName, dtype: ComputeType, args: readonly Parts[], to?: ComputeType): Parts;
}

export const algebraOf = (t: Terms, vector: boolean): Algebra =>
  vector
    ? {
        constant: (value, dtype) => constantParts(t, value, dtype),
        op: (name, dtype, args, to = dtype) => vectorOp(t, name, dtype, to, args)!,
      }
    : {
        constant: (value, dtype) => [t.constant(SCALAR_TYPE[dtype], value)],
        op: (name, dtype, args, to = dtype) => [scalarOp(t, name, dtype, to, args.map(([x]) => x))],
      };

/** What a fold has come to: a value, for arg forms with the position where it was found. */
export interface FoldState {
  readonly value: Parts;
  readonly position: Parts | null;
}

export interface FoldKind {
  readonly combine: Combine;
  readonly dtype: ComputeType;
  readonly precision: Precision;
}

/** The type in which parts are kept until they are joined. */
export const partType = ({ combine, dtype }: Pick<FoldKind, 'combine' | 'dtype'>): ComputeType =>
  combine === 'sum' && dtype === 'float32' ? 'float64' : dtype;

export class Fold {
  private readonly algebra: Algebra;
  /** The type that is accumulated, and the one that blocks are added up in. */
  private readonly type: ComputeType;
  private readonly variables: Record<'value' | 'position' | 'total' | 'nan', readonly Variable[]>;

  constructor(
    private readonly t: Terms,
    private readonly kind: FoldKind,
    private readonly isVector: boolean,
    name: string,
  ) {
    const { combine, dtype, precision } = kind;
    this.algebra = algebraOf(t, isVector);
    this.type = precision === 'double' ? 'float64' : dtype;
    const make = (suffix: string, like: Parts): Variable[] => like.map((x) => t.variable(`${name}${suffix}`, x.type));
    this.variables = {
      value: make('', this.identity()),
      position: isArg(combine) ? make('_at', this.algebra.constant(0, 'int32')) : [],
      total: precision === 'blocked' ? make('_total', this.algebra.constant(0, 'float64')) : [],
      nan: this.notesNaN() ? make('_nan', this.identity()) : [],
    };
  }

  private notesNaN(): boolean {
    const { combine, dtype } = this.kind;
    return this.isVector && isFloatType(dtype) && (combine === 'max' || combine === 'min');
  }

  private identity(): Parts {
    return this.algebra.constant(identityOf(this.kind.combine, this.kind.dtype), this.type);
  }

  start(): Statement[] {
    const { value, position, total, nan } = this.variables;
    return [
      ...nan.map((v) => set(v, this.t.splat('i32x4', 0))),
      ...assign(value, this.identity()),
      ...assign(position, this.algebra.constant(0, 'int32')),
      ...assign(total, this.algebra.constant(0, 'float64')),
    ];
  }

  /** Takes values, of the fold's type or of the one that it accumulates; `position` is that of each. */
  take(x: Parts, position: () => Parts, from: ComputeType = this.kind.dtype): Statement[] {
    const { combine, dtype } = this.kind;
    const { value, position: at, nan } = this.variables;
    if (nan.length > 0) return this.takeExtreme(x);
    if (!isArg(combine)) {
      const typed = this.type === from ? x : this.algebra.op('cast', from, [x], this.type);
      return assign(value, this.algebra.op(OP[combine], this.type, [value, typed]));
    }
    // The condition reads both variables, so it is a term that is computed before either changes.
    const better = this.t.variable('better', this.isVector ? 'v128' : 'i32');
    return [
      set(better, beats(this.algebra, combine, dtype, x, value)[0]),
      ...assign(value, this.algebra.op('select', dtype, [[better], x, value])),
      ...assign(at, this.algebra.op('select', 'int32', [[better], position(), at])),
    ];
  }

  private takeExtreme(x: Parts): Statement[] {
    const { t } = this;
    const shape = SHAPE[this.kind.dtype];
    return this.variables.value.flatMap((value, i) => {
      const nan = this.variables.nan[i];
      return [
        set(nan, t.op('v128.or', nan, t.op(`${shape}.ne` as Op, x[i], x[i]))),
        set(value, t.op(`${shape}.p${this.kind.combine}` as Op, value, x[i])),
      ];
    });
  }

  /** Ends a block. */
  flush(): Statement[] {
    const { value, total } = this.variables;
    if (total.length === 0) return [];
    return [...assign(total, this.sum(this.algebra, value)), ...assign(value, this.identity())];
  }

  /** The result so far, in the type of the fold. */
  result(): Parts {
    const { value, position } = this.variables;
    if (isArg(this.kind.combine)) return position;
    return this.cast(this.algebra, this.sum(this.algebra, value), this.kind.dtype);
  }

  private sum(algebra: Algebra, value: Parts): Parts {
    const { total, nan } = this.variables;
    if (nan.length > 0) return value.map((v, i) => this.t.op('v128.or', v, nan[i]));
    return total.length === 0 ? value : algebra.op('add', 'float64', [total, algebra.op('cast', 'float32', [value], 'float64')]);
  }

  /** This fold and others like it, whose elements come later or lie between, and all lanes, joined into one value. */
  joined(others: readonly Fold[], tail: Fold | null): { statements: Statement[]; value: Term } {
    const { dtype } = this.kind;
    const { value, position } = this.gathered(others, tail);
    const [result] = position ?? this.cast(algebraOf(this.t, false), value, dtype);
    const variable = this.t.variable('result', result.type);
    return { statements: [set(variable, result)], value: variable };
  }

  /** The same as a part, to be joined with others later. */
  joinedPart(others: readonly Fold[], tail: Fold | null): FoldState {
    const { value, position } = this.gathered(others, tail);
    return { value: this.cast(algebraOf(this.t, false), value, partType(this.kind)), position };
  }

  /** What has come together in each lane, as a part. */
  part(): FoldState {
    return this.state(partType(this.kind));
  }

  private gathered(others: readonly Fold[], tail: Fold | null): FoldState {
    const { t, own: type } = this;
    const { combine, dtype } = this.kind;
    const states = [this, ...others].map((f) => f.state());
    const all = pairwise(states, (a, b) => merge(this.algebra, combine, type, dtype, a, b));
    const lanes = this.isVector ? eachLane((l) => lane(t, all, type, l)) : [all];
    const withTail = tail === null ? [] : [tail.state(type)];
    return pairwise([...lanes, ...withTail], (a, b) => merge(algebraOf(t, false), combine, type, dtype, a, b));
  }

  private state(as: ComputeType = this.own): FoldState {
    const { value, position } = this.variables;
    return { value: this.cast(this.algebra, this.sum(this.algebra, value), as), position: position.length === 0 ? null : position };
  }

  /** The type of the running combination as a whole. */
  private get own(): ComputeType {
    return this.variables.total.length > 0 ? 'float64' : this.type;
  }

  private cast(algebra: Algebra, x: Parts, to: ComputeType): Parts {
    return this.own === to ? x : algebra.op('cast', this.own, [x], to);
  }
}

const assign = (variables: readonly Variable[], values: Parts): Statement[] => variables.map((v, i) => set(v, values[i]));

const lane = (t: Terms, { value, position }: FoldState, type: ComputeType, l: number): FoldState => ({
  value: [extract(t, value, type, l)],
  position: position === null ? null : [extract(t, position, 'int32', l)],
});

function pairwise<T>(xs: readonly T[], join: (a: T, b: T) => T): T {
  if (xs.length === 1) return xs[0];
  const half = Math.ceil(xs.length / 2);
  return join(pairwise(xs.slice(0, half), join), pairwise(xs.slice(half), join));
}

const isFloatType = (t: ComputeType): boolean => t === 'float32' || t === 'float64';

/** Whether x takes the place of best: it is more extreme, or the first NaN. */
function beats(a: Algebra, combine: Combine, dtype: ComputeType, x: Parts, best: Parts): Parts {
  const more = a.op(combine === 'argmax' ? 'gt' : 'lt', dtype, [x, best], 'bool');
  if (!isFloatType(dtype)) return more;
  const firstNaN = a.op('and', 'bool', [a.op('ne', dtype, [x, x], 'bool'), a.op('eq', dtype, [best, best], 'bool')]);
  return a.op('or', 'bool', [more, firstNaN]);
}

/** Two states as one; among equals the lower position stays. */
function merge(a: Algebra, combine: Combine, type: ComputeType, dtype: ComputeType, x: FoldState, y: FoldState): FoldState {
  if (!isArg(combine)) return { value: a.op(OP[combine], type, [x.value, y.value]), position: null };
  const bool = (name: InstructionName, ...args: Parts[]): Parts => a.op(name, 'bool', args);
  const isNaNOrEqual = isFloatType(dtype)
    ? bool('or', a.op('eq', dtype, [x.value, y.value], 'bool'), bool('and', a.op('ne', dtype, [x.value, x.value], 'bool'), a.op('ne', dtype, [y.value, y.value], 'bool')))
    : a.op('eq', dtype, [x.value, y.value], 'bool');
  const earlier = a.op('lt', 'int32', [y.position!, x.position!], 'bool');
  const better = bool('or', beats(a, combine, dtype, y.value, x.value), bool('and', isNaNOrEqual, earlier));
  return {
    value: a.op('select', dtype, [better, y.value, x.value]),
    position: a.op('select', 'int32', [better, y.position!, x.position!]),
  };
}
