/**
 * Translating expressions into terms at a place of the iteration space: for one point, or for four points that follow
 * each other along one axis.
 *
 * What does not depend on that axis is computed once and splatted. A load whose index grows by 1 along it is one vector
 * load; whose elements lie near each other, one or two of which lanes are picked; at other constant distances, four
 * loads; anything else, four loads at computed indices. An instruction
 * that SIMD lacks is computed lane by lane, so every kernel can be vectorised and none must be.
 *
 * Invariant: indices are linear forms whose terms are added outermost loop first, so that their sums can leave inner loops.
 */
import { InternalError, nameOf, type Check, type ComputeType, type DerivedInstruction, type Expr } from '@sconce/core';
import * as e from '@sconce/core/e';
import { axesIn, linearOf, positionOfChecked, rangeOf, type StorageType } from '@sconce/compiler';
import type { Callable, Op } from '../wasm/index.js';
import { derivedOf, expands, expansionOf, isRare } from './expansion.js';
import { addTo, IN_ORDER, NEIGHBOURHOOD, patternOf, SAME, stepOf, type Offsets } from './lanes.js';
import { bytesOf, computeOf, loadApart, loadElement, loadFour, loadNear, storeApart, storeElement, storeFour } from './memory.js';
import { asBits, hasReciprocal, quotientOf } from './quotient.js';
import { scalarOp, SCALAR_TYPE } from './scalar.js';
import type { Statement } from './statement.js';
import type { Address, Memory, Term, Terms } from './term.js';
import { assemble, extract, isVector, LANES, splat, transpose, vectorOp, type Parts } from './vector.js';

/** A buffer as a function sees it. */
export interface Slot {
  readonly pointer: Term;
  readonly storage: StorageType;
  /** Where the kernel writes it. */
  readonly memory: Memory | undefined;
  readonly isRow: boolean;
}

type WrittenSlot = Slot & { readonly memory: Memory };

/** What a function offers to the expressions in it. */
export interface Frame {
  readonly terms: Terms;
  readonly slots: readonly Slot[];
  readonly scalars: readonly Term[];
  /** JavaScript's meaning of an instruction, to be called. */
  native(row: DerivedInstruction, dtype: ComputeType): Callable;
  /** An instruction that matters for few arguments, as a function of vectors that returns at once for all others. */
  rare(row: DerivedInstruction): Callable;
  /** Whether the engine has fused multiply-add. */
  fused(): boolean;
  checked(check: Check, value: Term, position: Term): Term;
  /** The same of four values at four positions. */
  checkedFour(check: Check, values: Term, positions: Term): Term;
}

/** The value of an axis: a term and a constant. */
export interface AxisValue {
  readonly term: Term;
  readonly plus: number;
}

/** Where in the iteration space expressions are evaluated. */
export interface Place {
  readonly axes: ReadonlyMap<number, AxisValue>;
  /** The axis whose next four values are the lanes; null for one point. */
  readonly vector: number | null;
  /** Whether vectors start at multiples of LANES along their axis. */
  readonly aligned?: boolean;
  /** Results of reduce stages: vectors, or one value for one point or common to all lanes. */
  readonly stages: ReadonlyMap<number, Parts>;
  /** Lanes that each element of a row buffer has: 4 where the lanes are grid points, which have rows of their own. */
  readonly rowLanes: number;
  /**
   * Where this place is one of four that follow each other along another axis too: that axis, and which of them it is.
   * Loads that run along it are made for all four at once and turned.
   */
  readonly companion?: { readonly axis: number; readonly index: number } | null;
}

/** A place outside of rows. */
export const placeAt = (axes: Place['axes'], vector: number | null, stages: Place['stages'] = new Map()): Place => ({ axes, vector, stages, rowLanes: 1 });

/** Where the first lane's element lies, and how many bytes further those of all lanes, and that of the next companion. */
interface Access extends Address {
  readonly offsets: Offsets;
  /** NaN where companions are not evenly spaced. */
  readonly across: number;
}

/** Whether elements are neighbours along the companion axis and far apart along the lanes. */
const isTurned = ({ offsets, across }: Access, bytes: number): boolean =>
  across === bytes && bytes >= 4 && Math.abs(stepOf(offsets) ?? 0) > NEIGHBOURHOOD * bytes;

export class Translator {
  private readonly scalars = new Map<Expr, Term>();
  private readonly vectors = new Map<Expr, Parts>();
  private readonly uniforms = new Map<Expr, boolean>();
  /** What has been stored last into slots, and where. */
  private readonly stored = new Map<number, { readonly index: Expr; readonly parts: Parts }>();
  private readonly t: Terms;

  constructor(
    private readonly frame: Frame,
    private readonly place: Place,
    private readonly isExpansion = false,
  ) {
    this.t = frame.terms;
  }

  /** Whether the value is the same in all lanes. */
  isUniform(x: Expr): boolean {
    const { vector, stages, rowLanes } = this.place;
    if (vector === null) return true;
    let known = this.uniforms.get(x);
    if (known === undefined) {
      known =
        !(x.op === 'axis' && x.axis.id === vector) &&
        !(x.op === 'stage' && isVector(stages.get(x.id)!)) &&
        !(x.op === 'load' && rowLanes > 1 && this.frame.slots[x.slot].isRow) &&
        x.args.every((a) => this.isUniform(a));
      this.uniforms.set(x, known);
    }
    return known;
  }

  // ── one value ──────────────────────────────────────────────────────────────────────────────────────────────────────

  scalar(x: Expr): Term {
    let term = this.scalars.get(x);
    if (term === undefined) this.scalars.set(x, (term = this.makeScalar(x)));
    return term;
  }

  private makeScalar(x: Expr): Term {
    const { t, frame, place } = this;
    switch (x.op) {
      case 'const':
        return t.constant(SCALAR_TYPE[x.dtype], x.value);
      case 'axis': {
        const { term, plus } = this.axis(x.axis.id);
        return t.add(term, plus);
      }
      case 'scalar':
        return frame.scalars[x.slot];
      case 'stage':
        return place.stages.get(x.id)![0];
      case 'load': {
        const { storage, memory } = frame.slots[x.slot];
        return loadElement(t, storage, this.access(x.slot, x.args[0])!, memory);
      }
      case 'check':
        return frame.checked(x.check, this.scalar(x.args[0]), this.scalar(positionOf(x.args[0])));
      case 'reduce':
        throw new InternalError('cpu: a reduction outside a stage.');
      default: {
        const simpler = asBits(x);
        if (simpler !== x) return this.scalar(simpler);
        const args = x.args.map((a) => this.scalar(a));
        const row = derivedOf(x);
        if (row === undefined || !expands(row, x.args[0].dtype)) return this.apply(x, args);
        const [lanes] = this.expand(row, x.args, args.map((a) => splat(t, a, 'float32')));
        return t.laneOp('f32x4.extract_lane', [0], lanes);
      }
    }
  }

  /** A float32 function in basic instructions. */
  private expand(row: DerivedInstruction, args: readonly Expr[], given: readonly Parts[]): Parts {
    return new Translator(this.frame, expansionPlace(given), true).vector(expansionOf(row, args));
  }

  /** A sum of a product, in expansions: they were made to be at least as accurate when it is rounded once. */
  private multiplyAdd(x: Expr): Parts | undefined {
    if (!this.isExpansion || x.dtype !== 'float32' || (x.op !== 'add' && x.op !== 'sub') || !this.frame.fused()) return undefined;
    const [a, b] = x.args;
    const madd = (product: Expr, sum: Expr, name: Op): Parts => {
      const [p, q] = product.args;
      return [this.t.op(name, this.vector(p)[0], this.vector(q)[0], this.vector(sum)[0])];
    };
    if (b.op === 'mul') return madd(b, a, x.op === 'add' ? 'f32x4.relaxed_madd' : 'f32x4.relaxed_nmadd');
    return a.op === 'mul' && x.op === 'add' ? madd(a, b, 'f32x4.relaxed_madd') : undefined;
  }

  /** The instruction of `x` on one value each. */
  private apply(x: Expr, args: readonly Term[]): Term {
    const dtype = operandType(x);
    const row = derivedOf(x);
    return row === undefined ? scalarOp(this.t, nameOf(x), dtype, x.dtype, args) : this.t.call(this.frame.native(row, dtype), ...args);
  }

  /** A value at this place: of one point or of four. */
  parts(x: Expr): Parts {
    return this.place.vector === null ? [this.scalar(x)] : this.vector(x);
  }

  // ── four values ────────────────────────────────────────────────────────────────────────────────────────────────────

  vector(x: Expr): Parts {
    let parts = this.vectors.get(x);
    if (parts === undefined) this.vectors.set(x, (parts = this.makeVector(x)));
    return parts;
  }

  private makeVector(x: Expr): Parts {
    const { t } = this;
    if (this.isUniform(x)) return splat(t, this.scalar(x), x.dtype);
    switch (x.op) {
      case 'axis': {
        const { term, plus } = this.axis(x.axis.id);
        const first = t.op('i32x4.splat', term);
        return [t.op('i32x4.add', first, t.constant('i32x4', plus, plus + 1, plus + 2, plus + 3))];
      }
      case 'stage':
        return this.place.stages.get(x.id)!;
      case 'load':
        return this.load(x.slot, x.args[0]);
      case 'check':
        return [this.frame.checkedFour(x.check, this.vector(x.args[0])[0], this.vector(positionOf(x.args[0]))[0])];
      case 'const':
      case 'scalar':
      case 'reduce':
        throw new InternalError(`cpu: ${x.op} has no lanes.`);
      default: {
        const simpler = asBits(x);
        if (simpler !== x) return this.vector(simpler);
        if (hasReciprocal(x)) return [quotientOf(t, x, this.vector(x.args[0])[0])];
        const dtype = operandType(x);
        const row = derivedOf(x);
        if (row !== undefined && isRare(row, dtype)) return [t.call(this.frame.rare(row), ...this.vector(x.args[0]))];
        if (row !== undefined && expands(row, dtype)) return this.expand(row, x.args, x.args.map((a) => this.vector(a)));
        const fused = this.multiplyAdd(x);
        if (fused !== undefined) return fused;
        const done = row === undefined ? vectorOp(t, nameOf(x), dtype, x.dtype, x.args.map((a) => this.vector(a))) : undefined;
        if (done !== undefined) return done;
        const args = x.args.map((a) => this.lanesOf(a));
        return assemble(t, this.eachLane((l) => this.apply(x, args.map((a) => a[l]))), x.dtype);
      }
    }
  }

  private eachLane<R>(f: (lane: number) => R): R[] {
    return Array.from({ length: LANES }, (_, lane) => f(lane));
  }

  /** The value in each lane. */
  private lanesOf(x: Expr): Term[] {
    if (this.isUniform(x)) return new Array<Term>(LANES).fill(this.scalar(x));
    const parts = this.vector(x);
    return this.eachLane((l) => extract(this.t, parts, x.dtype, l));
  }

  private load(slot: number, index: Expr): Parts {
    const { t } = this;
    const last = this.stored.get(slot);
    if (last?.index === index) return last.parts;
    const { storage, memory } = this.frame.slots[slot];
    const access = this.access(slot, index);
    const dtype = computeOf(storage);
    const bytes = bytesOf(storage);
    if (access === null) {
      return assemble(t, this.scattered(slot, index).map((a) => loadElement(t, storage, a, memory)), dtype);
    }
    const { offsets } = access;
    const step = stepOf(offsets);
    if (step === bytes) return loadFour(t, storage, access, memory);
    if (step === 0) return splat(t, loadElement(t, storage, access, memory), dtype);
    if (step !== null && isTurned(access, bytes)) return this.turned(slot, index, step);
    return loadNear(t, storage, access, offsets, memory) ?? assemble(t, loadApart(t, storage, access, offsets, memory), dtype);
  }

  /** Four loads along the companion axis, one for each lane, of which this place gets one element each. */
  private turned(slot: number, index: Expr, step: number): Parts {
    const { t, place } = this;
    const { storage, memory } = this.frame.slots[slot];
    const { axis, index: own } = place.companion!;
    const { term, plus } = this.axis(axis);
    const first = new Translator(this.frame, { ...place, axes: new Map([...place.axes, [axis, { term, plus: plus - own }]]) });
    const { base, offset } = first.access(slot, index)!;
    const rows = this.eachLane((l) => {
      const address = step > 0 ? { base, offset: offset + l * step } : { base: t.add(base, l * step), offset };
      return loadFour(t, storage, address, memory);
    });
    return transpose(t, rows)[own];
  }

  /** Addresses of the lanes where no linear form gives them. */
  private scattered(slot: number, index: Expr): Address[] {
    const { t } = this;
    const { pointer, storage, isRow } = this.frame.slots[slot];
    const lanes = isRow ? this.place.rowLanes : 1;
    return this.lanesOf(index).map((i, lane) => ({
      base: t.add(pointer, t.scale(i, lanes * bytesOf(storage))),
      offset: lanes > 1 ? lane * bytesOf(storage) : 0,
    }));
  }

  // ── stores ─────────────────────────────────────────────────────────────────────────────────────────────────────────

  /** Stores the value at the index, in all lanes. */
  store(slot: number, index: Expr, value: Expr): Statement[] {
    return this.storeParts(slot, index, this.parts(value));
  }

  storeParts(slot: number, index: Expr, value: Parts): Statement[] {
    const { t } = this;
    const { storage, memory } = this.frame.slots[slot] as WrittenSlot;
    const access = this.access(slot, index);
    this.stored.delete(slot);
    if (!isVector(value)) return [storeElement(storage, access!, value[0], memory)];
    if (access === null) {
      return this.scattered(slot, index).map((a, lane) => storeElement(storage, a, extract(t, value, computeOf(storage), lane), memory));
    }
    if (stepOf(access.offsets) === bytesOf(storage)) {
      if (storage === 'float32') this.stored.set(slot, { index, parts: value });
      return storeFour(t, storage, access, value, memory);
    }
    return storeApart(t, storage, access, access.offsets, value, memory);
  }

  // ── addresses ──────────────────────────────────────────────────────────────────────────────────────────────────────

  private axis(id: number): AxisValue {
    const value = this.place.axes.get(id);
    if (value === undefined) throw new InternalError('cpu: an axis outside its loop.');
    return value;
  }

  /** The address of an element in the first lane; null where how far the other lanes' lie depends on the place. */
  access(slot: number, index: Expr): Access | null {
    const { t, place } = this;
    const { pointer, storage, isRow } = this.frame.slots[slot];
    const lanes = isRow && place.vector !== null ? place.rowLanes : 1;
    const bytes = bytesOf(storage) * lanes;
    const { constant, terms } = linearOf(index);
    const parts: { term: Term; by: number }[] = [];
    let offsets = lanes > 1 ? addTo(SAME, IN_ORDER, bytesOf(storage)) : SAME;
    let across = 0;
    let ascending = true;
    let plus = 0;
    for (const [atom, k] of terms) {
      if (atom.op === 'axis') {
        const value = this.axis(atom.axis.id);
        parts.push({ term: value.term, by: k * bytes });
        plus += k * value.plus;
        if (atom.axis.id === place.vector) offsets = addTo(offsets, IN_ORDER, k * bytes);
        if (atom.axis.id === place.companion?.axis) across += k * bytes;
      } else {
        const pattern = this.isUniform(atom) ? SAME : place.aligned === true ? patternOf(atom, place.vector!) : null;
        if (pattern === null) return null;
        offsets = addTo(offsets, pattern, k * bytes);
        if (place.companion && axesIn(atom).has(place.companion.axis)) across = NaN;
        parts.push({ term: this.scalar(atom), by: k * bytes });
        ascending &&= (rangeOf(atom)?.[0] ?? -1) >= 0;
      }
      ascending &&= k > 0;
    }
    // The instruction adds its constant without wrapping, so what it adds to must not lie before the buffer.
    const total = constant + plus;
    const offset = ascending && total >= 0 ? total : Math.max(plus, 0);
    const base = parts
      .sort((a, b) => a.term.rank - b.term.rank)
      .reduce((sum, { term, by }) => t.add(sum, t.scale(term, by)), t.add(pointer, (total - offset) * bytes));
    return { base, offset: offset * bytes, offsets, across };
  }
}

/** Where an expansion is evaluated: its arguments are what varies from lane to lane. No axis has the identity 0. */
export const expansionPlace = (args: readonly Parts[]): Place => placeAt(new Map(), 0, new Map(args.entries()));

/** The type that an instruction works on; of a select, that of its choices. */
const operandType = (x: Expr): ComputeType => x.args[x.args.length - 1].dtype;

/** Where in its own buffer an index that is checked was found: what the error calls its position. */
function positionOf(x: Expr): Expr {
  return positionOfChecked(x) ?? e.const(-1, 'int32');
}
