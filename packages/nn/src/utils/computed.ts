/**
 * Computed fields: a parameter of a module makes room for a rule that computes it, from fields that the rule brings.
 *
 * The field becomes an accessor, so a layer that reads `this.weight` in its `forward` gets what the rule says, and knows
 * nothing of it. The accessor does not count as state; the rule's own fields do, under their names.
 *
 * Invariant: a rule and its settings hang on the accessor, so a clone of the module computes with the clone's fields.
 *
 * Reference: the forward hooks of `torch.nn.utils.weight_norm`, which write the field before every `forward`.
 */
import { ArgumentError, describe, isTensor, type Tensor } from '@sconce/core';
import { Buffer, Module, Parameter } from '../index.js';

/** How a field is computed. */
export interface Rule {
  /** Which function put it there, such as 'weightNorm'. */
  readonly kind: string;
  /** The ends of the names of the fields that it computes from: 'G' for `weightG`. */
  readonly ends: readonly string[];
  readonly compute: (module: Module, field: string) => Tensor;
}

const rules = new WeakMap<() => Tensor, Rule>();

/** A module's fields, by name. */
export const fieldsOf = (module: Module): Record<string, unknown> => module as unknown as Record<string, unknown>;

/** The field that a user names, in our spelling or in PyTorch's. */
export function fieldNamed(op: string, module: Module, name: string): string {
  if (!(module instanceof Module)) throw new ArgumentError(`${op}: got ${describe(module)}, expected a Module.`);
  if (typeof name !== 'string') throw new ArgumentError(`${op}: got ${describe(name)}, expected the name of a field.`);
  return name in module ? name : name.replace(/(?!^)_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

/** The tensor in a field, a parameter's or a buffer's; ArgumentError where there is none. */
export function tensorNamed(op: string, module: Module, field: string): Tensor {
  const value = fieldsOf(module)[field];
  if (isTensor(value)) return value;
  const names = Object.entries(module).flatMap(([name, x]) => (isTensor(x) ? [name] : []));
  throw new ArgumentError(`${op}: ${module.constructor.name} has no tensor '${field}', it has [${names.join(', ')}].`);
}

/** The parameter in a field; ArgumentError where there is none, or it is computed already. */
export function parameterNamed(op: string, module: Module, field: string): Parameter {
  const rule = ruleOf(module, field);
  if (rule !== undefined) throw new ArgumentError(`${op}: '${field}' of ${module.constructor.name} is computed by ${rule.kind} already.`);
  const value = tensorNamed(op, module, field);
  if (value instanceof Parameter) return value;
  throw new ArgumentError(`${op}: '${field}' of ${module.constructor.name} is no Parameter.`);
}

/** The rule that computes a field. */
export function ruleOf(module: Module, field: string): Rule | undefined {
  const found: { readonly get?: (this: void) => Tensor } | undefined = Object.getOwnPropertyDescriptor(module, field);
  return found?.get && rules.get(found.get);
}

/** Puts a rule in a field's place, and beside it the fields that it computes from, in the order of its ends. */
export function replaceField(module: Module, field: string, rule: Rule, parts: readonly (Parameter | Buffer)[]): void {
  const fields = fieldsOf(module);
  delete fields[field];
  rule.ends.forEach((end, i) => (fields[field + end] = parts[i]));
  compute(module, field, rule);
}

/** Has another rule, of the same fields, compute a field. */
export function compute(module: Module, field: string, rule: Rule): void {
  function get(this: Module): Tensor {
    return rule.compute(this, field);
  }
  rules.set(get, rule);
  Object.defineProperty(module, field, { get, enumerable: false, configurable: true });
}

/** Puts a parameter back where a rule of this kind is. ArgumentError where there is none. */
export function restoreField(op: string, module: Module, field: string, kind: string, parameter: (module: Module) => Parameter): void {
  const rule = ruleOf(module, field);
  if (rule?.kind !== kind) throw new ArgumentError(`${op}: '${field}' of ${module.constructor.name} is not computed by ${kind}.`);
  const fields = fieldsOf(module);
  const value = parameter(module);
  delete fields[field];
  for (const end of rule.ends) delete fields[field + end];
  fields[field] = value;
}
