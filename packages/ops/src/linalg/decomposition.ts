/**
 * Decompositions: one routine computes all factors of a matrix, one after the other in a vector, and each factor is a view
 * of that.
 *
 * Invariant: each factor has a gradient of its own, and those of the factors add up. A factor that nothing asks for costs
 * nothing, and its part of the rule, which may divide by differences of equal values, is left out and not multiplied by 0.
 *
 * Reference: Giles, An extended collection of matrix derivative results (2008).
 */
import { noGrad, record, sizeOf, type Attrs, type Shape, type Tensor } from '@sconce/core';
import { composite } from '../families/index.js';
import { reshape, splitWithSizes } from '../index.js';
import { matrixRoutine, type OneMatrix } from './routine.js';

export type Factors<Name extends string> = Readonly<Record<Name, Tensor>>;

export interface RuleContext<Name extends string> {
  /** All factors, for gradients of gradients too. */
  readonly factors: Factors<Name>;
  readonly inputs: readonly Tensor[];
  readonly attrs: Attrs;
  readonly needs: readonly boolean[];
}

/** From the gradient of one factor, those of the inputs. */
export type FactorRule<Name extends string> = (g: Tensor, context: RuleContext<Name>) => readonly (Tensor | null)[];

export interface DecompositionDefinition<Name extends string> {
  readonly name: string;
  /** The shape of each factor of one matrix, in the order in which the routine gives them. */
  readonly shapes: (inputs: readonly Shape[], attrs: Attrs) => Readonly<Record<Name, Shape>>;
  readonly one: (...args: Parameters<OneMatrix>) => readonly ArrayLike<number>[];
  /** A rule for each factor that is differentiable. */
  readonly rules: { readonly [K in NoInfer<Name>]?: FactorRule<NoInfer<Name>> };
}

/** Joins what a routine gives. */
function joined(parts: readonly ArrayLike<number>[]): Float64Array {
  const all = new Float64Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** Defines a decomposition; its inputs are matrices with one batch. */
export function decomposition<Name extends string>({ name, shapes, one, rules }: DecompositionDefinition<Name>): (inputs: readonly Tensor[], attrs: Attrs) => Factors<Name> {
  const whole = matrixRoutine(name, 1, (...args) => joined(one(...args)));
  const nodes: Partial<Record<string, ReturnType<typeof composite>>> = {};
  for (const [part, rule] of Object.entries<FactorRule<Name> | undefined>(rules)) {
    nodes[part] = composite(`${name}.${part}`, (g, { inputs: all, attrs, needs }) => {
      const [inputs, packed] = [all.slice(0, -1), all[all.length - 1]];
      return [...rule!(g, { factors: factorsOf(inputs, packed, attrs), inputs, attrs, needs }), null];
    });
  }

  function factorsOf(inputs: readonly Tensor[], packed: Tensor, attrs: Attrs): Factors<Name> {
    const batch = inputs[0].shape.slice(0, -2);
    const own = Object.entries<Shape>(shapes(inputs.map(({ shape }) => shape), attrs));
    const views = noGrad(() => splitWithSizes(packed, own.map(([, shape]) => sizeOf(shape)), -1).map((view, i) => reshape(view, [...batch, ...own[i][1]])));
    const entries = own.map(([part], i) => [part, nodes[part]?.([...inputs, packed], () => views[i], attrs) ?? views[i]] as const);
    return Object.fromEntries(entries) as unknown as Factors<Name>;
  }

  return (inputs, attrs) => {
    const size = Object.values<Shape>(shapes(inputs.map(({ shape }) => shape), attrs)).reduce((sum, shape) => sum + sizeOf(shape), 0);
    const packed = noGrad(() => record(whole, inputs, attrs, [...inputs[0].shape.slice(0, -2), size], inputs[0].dtype));
    return factorsOf(inputs, packed, attrs);
  };
}
