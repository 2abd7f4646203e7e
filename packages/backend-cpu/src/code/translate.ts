/**
 * Translating expressions into terms at a place of the iteration space: for one point, or for four points that follow
 * each other along one axis.
 *
 * What does not depend on that axis is computed once and splatted. A load whose index grows by 1 along it is one vector
 * load; whose elements lie near each other, one or two of which lanes are picked; at other constant distances, four
 * loads; anything else, four loads at computed indices. An instruction that SIMD lacks is computed lane by lane, so
 * every kernel can be vectorised and none must be.
 *
 * Invariant: a translator computes each value of its place once, however often it is asked for.
 */
import { InternalError, nameOf, type ComputeType, type DerivedInstruction, type Expr } from '@sconce/core';
import * as e from '@sconce/core/e';
import { positionOfChecked } from '@sconce/compiler';
import type { Op } from '../wasm/index.js';
import { accessOf, isTurned, scatteredOf } from './address.js';
import { derivedOf, expands, expansionOf, isRare } from './expansion.js';
import { stepOf } from './lanes.js';
import { bytesOf, computeOf, loadApart, loadElement, loadFour, loadNear, storeApart, storeElement, storeFour } from './memory.js';
import { axisAt, expansionPlace, type Frame, type Place, type Slot } from './place.js';
import { asBits, hasReciprocal, quotientOf } from './quotient.js';
import { scalarOp, SCALAR_TYPE } from './scalar.js';
import type { Statement } from './statement.js';
import type { Memory, Term, Terms } from './term.js';
import { assemble, eachLane, extract, isVector, splat, transpose, vectorOp, type Parts } from './vector.js';

type WrittenSlot = Slot & { readonly memory: Memory };

export class Translator {
  private readonly scalars = new Map<Expr, Term>();
  private readonly vectors = new Map<Expr, Parts>();
  private readonly uniforms = new Map<Expr, boolean>();
  /** What has been stored last into slots, and where. */
  private readonly stored = new Map<number, { readonly index: Expr; readonly parts: Parts }>();
  private readonly t: Terms;

  constructor(
    readonly frame: Frame,
    readonly place: Place,
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
        const { term, plus } = axisAt(this.place.axes, x.axis.id);
        return t.add(term, plus);
      }
      case 'scalar':
        return frame.scalars[x.slot];
      case 'stage':
        return place.stages.get(x.id)![0];
      case 'load': {
        const { storage, memory } = frame.slots[x.slot];
        return loadElement(t, storage, accessOf(this, x.slot, x.args[0])!, memory);
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
        return extract(t, this.expand(row, x.args, args.map((a) => splat(t, a, 'float32'))), 'float32', 0);
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
        const { term, plus } = axisAt(this.place.axes, x.axis.id);
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
        return assemble(t, eachLane((l) => this.apply(x, args.map((a) => a[l]))), x.dtype);
      }
    }
  }

  /** The value in each lane. */
  private lanesOf(x: Expr): Term[] {
    if (this.isUniform(x)) return eachLane(() => this.scalar(x));
    const parts = this.vector(x);
    return eachLane((l) => extract(this.t, parts, x.dtype, l));
  }

  private load(slot: number, index: Expr): Parts {
    const { t } = this;
    const last = this.stored.get(slot);
    if (last?.index === index) return last.parts;
    const { storage, memory } = this.frame.slots[slot];
    const access = accessOf(this, slot, index);
    const dtype = computeOf(storage);
    const bytes = bytesOf(storage);
    if (access === null) {
      return assemble(t, scatteredOf(this, slot, this.lanesOf(index)).map((a) => loadElement(t, storage, a, memory)), dtype);
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
    const { term, plus } = axisAt(place.axes, axis);
    const first = new Translator(this.frame, { ...place, axes: new Map([...place.axes, [axis, { term, plus: plus - own }]]) });
    const { base, offset } = accessOf(first, slot, index)!;
    const rows = eachLane((l) => {
      const address = step > 0 ? { base, offset: offset + l * step } : { base: t.add(base, l * step), offset };
      return loadFour(t, storage, address, memory);
    });
    return transpose(t, rows)[own];
  }

  // ── stores ─────────────────────────────────────────────────────────────────────────────────────────────────────────

  /** Stores the value at the index, in all lanes. */
  store(slot: number, index: Expr, value: Expr): Statement[] {
    return this.storeParts(slot, index, this.parts(value));
  }

  storeParts(slot: number, index: Expr, value: Parts): Statement[] {
    const { t } = this;
    const { storage, memory } = this.frame.slots[slot] as WrittenSlot;
    const access = accessOf(this, slot, index);
    this.stored.delete(slot);
    if (!isVector(value)) return [storeElement(storage, access!, value[0], memory)];
    if (access === null) {
      return scatteredOf(this, slot, this.lanesOf(index)).map((a, lane) => storeElement(storage, a, extract(t, value, computeOf(storage), lane), memory));
    }
    if (stepOf(access.offsets) === bytesOf(storage)) {
      if (storage === 'float32') this.stored.set(slot, { index, parts: value });
      return storeFour(t, storage, access, value, memory);
    }
    return storeApart(t, storage, access, access.offsets, value, memory);
  }
}

/** The type that an instruction works on; of a select, that of its choices. */
const operandType = (x: Expr): ComputeType => x.args[x.args.length - 1].dtype;

/** Where in its own buffer an index that is checked was found: what the error calls its position. */
function positionOf(x: Expr): Expr {
  return positionOfChecked(x) ?? e.const(-1, 'int32');
}
