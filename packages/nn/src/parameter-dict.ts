/**
 * ParameterDict: parameters by key, as one module.
 *
 * Invariant: a key is the field that holds its parameter, so it stands in state dicts as it is given.
 *
 * Reference: https://pytorch.org/docs/stable/generated/torch.nn.ParameterDict.html
 */
import { ArgumentError, describe, isTensor, type Tensor } from '@sconce/core';
import { Module } from './module.js';
import { Parameter } from './parameter.js';

/** Parameters by key, in an object or as pairs. */
export type GivenParameters = Readonly<Record<string, Tensor>> | Iterable<readonly [string, Tensor]>;

/**
 * Parameters by key; a tensor that is no Parameter becomes one.
 *
 * @throws ArgumentError for a key that is empty, has a dot, or is the name of something that modules have; and for a value
 * that is no tensor.
 * @example
 * const choices = new ParameterDict({ left: randn([2]), right: randn([2]) });
 * [...choices.keys()];      // ['left', 'right']
 * @see https://pytorch.org/docs/stable/generated/torch.nn.ParameterDict.html
 */
export class ParameterDict extends Module {
  constructor(parameters: GivenParameters | null = null) {
    super();
    this.update(parameters ?? {});
  }
  override forward(): never {
    throw new ArgumentError('ParameterDict has no forward: use its parameters.');
  }
  protected override stateName(field: string): string {
    return field;
  }
  /** Number of parameters. */
  get length(): number {
    return [...this.keys()].length;
  }
  /** ArgumentError where there is none. */
  get(key: string): Parameter {
    const found = this.fields[key];
    if (this.has(key)) return found as Parameter;
    throw new ArgumentError(`ParameterDict has no parameter '${key}', it has [${[...this.keys()].join(', ')}].`);
  }
  set(key: string, parameter: Tensor): this {
    if (typeof key !== 'string' || key === '' || key.includes('.') || (key in this && !this.has(key))) {
      throw new ArgumentError(`ParameterDict: ${describe(key)} cannot be a key: it must be a text without dots, and no name that modules have.`);
    }
    if (!isTensor(parameter)) throw new ArgumentError(`ParameterDict: got ${describe(parameter)} for '${key}', expected a Tensor.`);
    this.fields[key] = parameter instanceof Parameter ? parameter : new Parameter(parameter);
    return this;
  }
  has(key: string): boolean {
    return Object.hasOwn(this, key) && this.fields[key] instanceof Parameter;
  }
  delete(key: string): boolean {
    return this.has(key) && delete this.fields[key];
  }
  /** Takes over all parameters of an object, of pairs, or of another dictionary. */
  update(parameters: GivenParameters): this {
    for (const [key, parameter] of Symbol.iterator in parameters ? parameters : Object.entries(parameters)) this.set(key, parameter);
    return this;
  }
  /** Takes the parameter of this key out, and gives it. */
  pop(key: string): Parameter {
    const found = this.get(key);
    this.delete(key);
    return found;
  }
  clear(): void {
    for (const key of [...this.keys()]) this.delete(key);
  }
  /** Another dictionary of the same parameters. */
  copy(): ParameterDict {
    return new ParameterDict(this);
  }
  /** The parameter of this key, which is set where there is none. */
  setdefault(key: string, parameter: Tensor): Parameter {
    if (!this.has(key)) this.set(key, parameter);
    return this.get(key);
  }
  *items(): Generator<[string, Parameter]> {
    yield* this;
  }
  *keys(): Generator<string> {
    for (const [key] of this) yield key;
  }
  *values(): Generator<Parameter> {
    for (const [, parameter] of this) yield parameter;
  }
  *[Symbol.iterator](): Generator<[string, Parameter]> {
    for (const [key, value] of Object.entries(this)) if (value instanceof Parameter) yield [key, value];
  }
  private get fields(): Record<string, unknown> {
    return this as unknown as Record<string, unknown>;
  }
  override extraRepr(): string {
    return [...this].map(([key, { dtype, shape }]) => `  (${key}): Parameter containing: [torch.${dtype === 'float32' ? 'FloatTensor' : dtype} of size ${shape.join('x')}]`).join('\n');
  }
}
