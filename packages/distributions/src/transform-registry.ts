/**
 * Transforms from all real numbers to a constraint: `bijectTo`, whose transforms are bijective, for sampling, and
 * `transformTo`, whose transforms may say a thing in several ways, for optimising.
 *
 * Invariant: a registry knows constraints by their kind.
 *
 * Reference: https://pytorch.org/docs/stable/distributions.html#module-torch.distributions.constraint_registry
 */
import { ArgumentError, isTensor, type Operand } from '@sconce/core';
import { sub } from '@sconce/ops';
import type { Constraint } from './constraints.js';
import {
  AffineTransform, CatTransform, ComposeTransform, CorrCholeskyTransform, ExpTransform, identityTransform, IndependentTransform,
  LowerCholeskyTransform, SigmoidTransform, SoftmaxTransform, StackTransform, StickBreakingTransform, type Transform,
} from './transforms/index.js';

type Factory = (constraint: Constraint) => Transform;

/** Looks a transform up for a constraint. */
export interface ConstraintRegistry {
  /** @throws ArgumentError where there is none for constraints of this kind. */
  (constraint: Constraint): Transform;
  /** Gives constraints of a kind, or of the kind of one, a transform. */
  register(constraint: Constraint | string, factory: Factory): void;
}

function above({ lowerBound = 0 }: Constraint): Transform {
  return lowerBound === 0 ? new ExpTransform() : new ComposeTransform([new ExpTransform(), new AffineTransform(lowerBound, 1)]);
}

const below: Factory = ({ upperBound = 0 }) => new ComposeTransform([new ExpTransform(), new AffineTransform(upperBound, -1)]);

const width = (low: Operand, high: Operand): Operand => (isTensor(low) || isTensor(high) ? sub(high, low) : Number(high) - Number(low));

function between({ lowerBound = 0, upperBound = 1 }: Constraint): Transform {
  if (lowerBound === 0 && upperBound === 1) return new SigmoidTransform();
  return new ComposeTransform([new SigmoidTransform(), new AffineTransform(lowerBound, width(lowerBound, upperBound))]);
}

function registry(name: string, own: Readonly<Record<string, Factory>>): ConstraintRegistry {
  const factories: Record<string, Factory> = {
    real: () => identityTransform,
    independent: (c) => new IndependentTransform(find(c.base!), c.reinterpretedBatchNdims!),
    greaterThan: above,
    greaterThanEq: above,
    lessThan: below,
    interval: between,
    halfOpenInterval: between,
    corrCholesky: () => new CorrCholeskyTransform(),
    cat: (c) => new CatTransform(c.parts!.map(find), c.dim, c.lengths),
    stack: (c) => new StackTransform(c.parts!.map(find), c.dim),
    ...own,
  };
  const find = (constraint: Constraint): Transform => {
    const factory = factories[constraint.kind];
    if (factory === undefined) throw new ArgumentError(`${name}: there is no transform to ${String(constraint)}. Register one with ${name}.register('${constraint.kind}', (constraint) => …).`);
    return factory(constraint);
  };
  const register = (constraint: Constraint | string, factory: Factory): void => {
    factories[typeof constraint === 'string' ? constraint : constraint.kind] = factory;
  };
  return Object.assign(find, { register });
}

/**
 * A bijective transform from real numbers to a constraint.
 *
 * @example
 * bijectTo(constraints.interval(2, 6)).forward(tensor([0.0]));      // [4]
 * @see https://pytorch.org/docs/stable/distributions.html#module-torch.distributions.constraint_registry
 */
export const bijectTo: ConstraintRegistry = /* @__PURE__ */ registry('bijectTo', { simplex: () => new StickBreakingTransform() });

/**
 * A transform from real numbers to a constraint, such as for parameters that are optimised.
 *
 * @example
 * transformTo(Normal.argConstraints.scale).forward(tensor([0.0]));      // [1]
 * @see https://pytorch.org/docs/stable/distributions.html#module-torch.distributions.constraint_registry
 */
export const transformTo: ConstraintRegistry = /* @__PURE__ */ registry('transformTo', {
  simplex: () => new SoftmaxTransform(),
  lowerCholesky: () => new LowerCholeskyTransform(),
});
