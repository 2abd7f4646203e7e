/**
 * Printing expressions into a WGSL function: a short walk that names what is used more than once, and puts every value
 * into the outermost block in which it can be computed, so that what does not change in a loop leaves it.
 *
 * A lane axis, where there is one, makes the expressions that depend on it vectors of four; the rest stay single values
 * and are splatted where they meet a vector.
 *
 * Invariant: expressions given to one emitter are interned together, so equal ones are one object. A value is named after
 * everything that it needs, in the block of the innermost of them.
 */
import { InternalError, type Axis, type Expr } from '@sconce/core';
import * as e from '@sconce/core/e';
import { linearOf, positionOfChecked, type Kernel } from '@sconce/compiler';
import { bare, Blocks, type Block } from './blocks.js';
import { loaded, stored, storedType } from './elements.js';
import { helperSet, type HelperName, type Width } from './helpers.js';
import { isLeaf, Sharing } from './sharing.js';
import { literal, spell, typeName, type Spelling } from './spelling.js';

const LANES = ['x', 'y', 'z', 'w'];

export interface EmitterOptions {
  readonly kernel: Kernel;
  readonly simplify: (x: Expr) => Expr;
  /** Slots that are bound as arrays of vectors of four. */
  readonly vectorSlots?: ReadonlySet<number>;
}

/** The WGSL value that stands for an axis or for a stage's result, from a block on. */
interface Place {
  readonly name: string;
  readonly block: Block;
}

export class Emitter extends Blocks {
  readonly helpers = helperSet();
  /** The checks that were printed, in the order of their numbers. */
  readonly checks: (Expr & { op: 'check' })[] = [];
  private readonly sharing = new Sharing();
  private readonly vectors = new Map<Expr, boolean>();
  /** Axes and stage results that are vectors of four. */
  private readonly wideAxes = new Set<number>();
  private readonly wideStages = new Set<number>();
  private lane: Axis | null = null;
  private readonly axes = new Map<number, Place>();
  private readonly results = new Map<number, Place>();

  constructor(readonly options: EmitterOptions) {
    super(options.kernel.buffers.map(({ label }) => label));
  }

  // ── axes and results ───────────────────────────────────────────────────────────────────────────────────────────────

  /** A loop over an axis, from 0 or along `from … until`. */
  loop(axis: Axis, body: () => void, range?: { readonly from: string; readonly until: string; readonly step?: string }): void {
    const name = this.fresh(axis.label);
    this.open();
    this.bindAxis(axis, name);
    body();
    const { from, until, step } = { from: '0', until: String(axis.extent), step: '1', ...range };
    this.close(`for (var ${name} = ${from}; ${name} < ${until}; ${name} += ${step}) {`);
  }

  /** Says which WGSL value an axis is, from the innermost block on. */
  bindAxis(axis: Axis, name: string): void {
    this.bind(this.axes, axis.id, name);
  }

  /** Makes an axis of four steps the lanes of vectors: elements that follow each other along it can be one load. */
  bindLane(axis: Axis): void {
    this.lane = axis;
    this.wideAxes.add(axis.id);
    this.axes.set(axis.id, { name: 'vec4<i32>(0, 1, 2, 3)', block: this.blocks[0] });
  }

  /** Says which WGSL value a stage's result is, from the innermost block on. */
  bindStage(id: number, name: string, width: Width = 1): void {
    this.bind(this.results, id, name);
    if (width === 4) this.wideStages.add(id);
  }

  private bind(places: Map<number, Place>, id: number, name: string): void {
    places.set(id, { name, block: this.innermost });
    this.innermost.depths.clear();
  }

  /** What an axis or a result is called, and how deep the block lies from which on it is. */
  private placeOf(x: Expr & { op: 'axis' | 'stage' }): { name: string; depth: number } {
    const place = x.op === 'axis' ? this.axes.get(x.axis.id) : this.results.get(x.id);
    const depth = place === undefined ? -1 : this.blocks.indexOf(place.block);
    if (place === undefined || depth < 0) {
      throw new InternalError(`kernel '${this.options.kernel.name}': ${x.op === 'axis' ? `axis ${x.axis.label}` : `result ${x.id}`} has no value here.`);
    }
    return { name: place.name, depth };
  }

  // ── values ─────────────────────────────────────────────────────────────────────────────────────────────────────────

  /** Looks at expressions that will be printed together, to see what they share. */
  announce(roots: readonly Expr[]): void {
    this.sharing.announce(roots);
  }

  /** The text of a value at the current place; lines that it needs are added before. */
  value(x: Expr): string {
    return this.text(x, this.depth);
  }

  /** As `value`, as a vector where the emitter has lanes. */
  wide(x: Expr): string {
    const text = this.value(x);
    return this.lane === null || this.isVector(x) ? text : this.splat(x, text);
  }

  private splat(x: Expr, text: string): string {
    return `${typeName(x.dtype, 4)}(${text})`;
  }

  isVector(x: Expr): boolean {
    if (this.lane === null) return false;
    let known = this.vectors.get(x);
    if (known === undefined) {
      known = (x.op === 'axis' && this.wideAxes.has(x.axis.id)) || (x.op === 'stage' && this.wideStages.has(x.id)) || x.args.some((a) => this.isVector(a));
      this.vectors.set(x, known);
    }
    return known;
  }

  /** How deep the innermost block lies that an expression needs. */
  private depthOf(x: Expr): number {
    const { depths } = this.innermost;
    let depth = depths.get(x);
    if (depth !== undefined) return depth;
    if (x.op === 'axis' || x.op === 'stage') ({ depth } = this.placeOf(x));
    else if (x.op === 'load' && this.options.kernel.buffers[x.slot].access !== 'read') ({ depth } = this);
    else depth = Math.max(0, ...x.args.map((a) => this.depthOf(a)));
    depths.set(x, depth);
    return depth;
  }

  private text(x: Expr, at: number): string {
    if (isLeaf(x)) return this.build(x, at);
    const known = this.nameOf(x);
    if (known !== undefined) return known;
    const depth = this.depthOf(x);
    const isNamed = depth < at || this.sharing.wantsName(x) || x.op === 'check';
    if (!isNamed) return this.build(x, at);
    return this.define(x, this.build(x, depth), depth);
  }

  private build(x: Expr, at: number): string {
    switch (x.op) {
      case 'const':
        return literal(x.value, x.dtype, this.spelling(1));
      case 'axis':
      case 'stage':
        return this.placeOf(x).name;
      case 'scalar':
        return x.dtype === 'bool' ? `(params.s${x.slot} != 0u)` : `params.s${x.slot}`;
      case 'load':
        return this.load(x, at);
      case 'check':
        return this.check(x, at);
      default: {
        const width: Width = this.isVector(x) ? 4 : 1;
        const operands = x.args.map((expr) => {
          const text = this.text(expr, at);
          return { expr, text: width === 4 && !this.isVector(expr) ? this.splat(expr, text) : text };
        });
        return spell(x, operands, this.spelling(width));
      }
    }
  }

  spelling(width: Width): Spelling {
    return { width, helper: (name: HelperName) => this.helpers.use(name, width) };
  }

  // ── memory ─────────────────────────────────────────────────────────────────────────────────────────────────────────

  /** The index of the vector of four that holds elements `index … index + 3` of the lanes; null when there is none. */
  vectorIndex(index: Expr): Expr | null {
    const { constant, terms } = linearOf(index);
    if (constant % 4 !== 0) return null;
    let quarter: Expr = e.const(constant / 4, 'int32');
    let hasLane = false;
    for (const [atom, k] of terms) {
      if (atom.op === 'axis' && atom.axis === this.lane && k === 1) hasLane = true;
      else if (k % 4 !== 0 || this.isVector(atom)) return null;
      else quarter = e.add(quarter, e.mul(atom, k / 4));
    }
    return hasLane ? this.options.simplify(quarter) : null;
  }

  /** The index of the first of four elements that follow each other; null when they do not. */
  contiguous(index: Expr): Expr | null {
    const { terms } = linearOf(index);
    const lane = [...terms].find(([atom]) => atom.op === 'axis' && atom.axis === this.lane);
    if (lane?.[1] !== 1 || [...terms].some(([atom]) => atom !== lane[0] && this.isVector(atom))) return null;
    return this.options.simplify(e.sub(index, lane[0]));
  }

  /** The name of a value, which it gets now where it has none. */
  name(x: Expr, wish?: string): string {
    const text = this.value(x);
    return /^\w+$/.test(text) ? text : this.define(x, text, this.depthOf(x), wish);
  }

  private load(x: Expr & { op: 'load' }, at: number): string {
    const { label, storage } = this.options.kernel.buffers[x.slot];
    const [index] = x.args;
    if (!this.isVector(index)) return loaded(storage, `${label}[${bare(this.text(index, at))}]`, 1);
    if (this.options.vectorSlots?.has(x.slot) === true) {
      return loaded(storage, `${label}[${bare(this.text(this.vectorIndex(index)!, at))}]`, 4);
    }
    const quarter = this.contiguous(index);
    const i = this.name(quarter ?? index);
    const lanes = LANES.map((c, n) => `${label}[${quarter === null ? `${i}.${c}` : n === 0 ? i : `${i} + ${n}`}]`).join(', ');
    return loaded(storage, `${storedType(storage, 4)}(${lanes})`, 4);
  }

  /** Stores a value of compute type. `exists` says, lane by lane, what is stored, where not everything is. */
  store(slot: number, index: Expr, value: Expr, exists: Expr | null = null): void {
    const { label, storage } = this.options.kernel.buffers[slot];
    if (!this.isVector(index)) {
      // Where all lanes meet in one place they have one value: that of the last column, which the others repeat.
      const one = this.isVector(value) ? `(${this.value(value)}).x` : this.value(value);
      this.line(`${label}[${bare(this.value(index))}] = ${bare(stored(storage, one, 1))};`);
    } else if (this.options.vectorSlots?.has(slot) === true) {
      const place = bare(this.value(this.vectorIndex(index)!));
      this.line(`${label}[${place}] = ${bare(stored(storage, this.wide(value), 4))};`);
    } else {
      const place = this.name(index);
      const condition = exists === null || exists.op === 'const' ? null : this.name(exists, 'exists');
      let result = bare(stored(storage, this.wide(value), 4));
      if (!/^\w+$/.test(result)) {
        const name = this.fresh('result');
        this.line(`let ${name} = ${result};`);
        result = name;
      }
      for (const c of LANES) {
        const statement = `${label}[${place}.${c}] = ${result}.${c};`;
        this.line(condition === null ? statement : `if (${condition}.${c}) { ${statement} }`);
      }
    }
  }

  private check(x: Expr & { op: 'check' }, at: number): string {
    this.checks.push(x);
    const position = positionOfChecked(x.args[0]);
    const place = position === null ? '-1' : this.text(position, at);
    return `check_index(${this.checks.length - 1}u, ${x.check.size}, ${bare(this.text(x.args[0], at))}, ${bare(place)})`;
  }
}
