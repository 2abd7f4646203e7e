/**
 * Containers: modules that hold modules.
 *
 * Invariant: children are fields named by their position or key, so that names, state dicts and printing need no rule of
 * their own.
 *
 * Reference: https://pytorch.org/docs/stable/nn.html#containers
 */
import { ArgumentError, type Tensor } from '@sconce/core';
import { Module } from './module.js';
import { Parameter } from './parameter.js';

/** A module from tensor to tensor, as `Sequential` chains them. */
export type Layer = Module & { forward(x: Tensor): Tensor };

abstract class Container extends Module {
  protected override stateName(field: string): string {
    return field;
  }
  /** Number of children. */
  get length(): number {
    return [...this.children()].length;
  }
  protected put(key: string, module: Module): void {
    if (!(module instanceof Module)) throw new ArgumentError(`${this.constructor.name}: child '${key}' is no Module.`);
    (this as unknown as Record<string, Module>)[key] = module;
  }
  protected get(key: string | number): Module {
    const child = (this as unknown as Record<string, unknown>)[key];
    if (!(child instanceof Module)) throw new ArgumentError(`${this.constructor.name} has no child '${key}', it has [${[...this.namedChildren()].map(([name]) => name).join(', ')}].`);
    return child;
  }
}

/**
 * Applies its modules in order.
 *
 * @example
 * const model = new Sequential(new Linear(784, 128), new ReLU(), new Linear(128, 10));
 * const named = new Sequential({ hidden: new Linear(784, 128), out: new Linear(128, 10) });
 * @see https://pytorch.org/docs/stable/generated/torch.nn.Sequential.html
 */
export class Sequential extends Container {
  constructor(...modules: Layer[] | [Readonly<Record<string, Layer>>]) {
    super();
    const named = modules.length === 1 && !(modules[0] instanceof Module) ? Object.entries(modules[0]) : [...(modules as Layer[]).entries()];
    for (const [key, module] of named) this.put(String(key), module);
  }
  override forward(x: Tensor): Tensor {
    let y = x;
    for (const layer of Object.values(this)) if (layer instanceof Module) y = (layer as Layer).forward(y);
    return y;
  }
  at(index: number): Layer {
    return this.get(index < 0 ? this.length + index : index) as Layer;
  }
  append(module: Layer): this {
    this.put(String(this.length), module);
    return this;
  }
  [Symbol.iterator](): Iterator<Module> {
    return this.children();
  }
}

/** A list of modules. @see https://pytorch.org/docs/stable/generated/torch.nn.ModuleList.html */
export class ModuleList<M extends Module = Module> extends Container {
  constructor(modules: Iterable<M> = []) {
    super();
    for (const module of modules) this.append(module);
  }
  override forward(): never {
    throw new ArgumentError('ModuleList has no forward: iterate over it.');
  }
  at(index: number): M {
    return this.get(index < 0 ? this.length + index : index) as M;
  }
  append(module: M): this {
    this.put(String(this.length), module);
    return this;
  }
  extend(modules: Iterable<M>): this {
    for (const module of modules) this.append(module);
    return this;
  }
  [Symbol.iterator](): Iterator<M> {
    return this.children() as Iterator<M>;
  }
}

/** Modules by key. @see https://pytorch.org/docs/stable/generated/torch.nn.ModuleDict.html */
export class ModuleDict<M extends Module = Module> extends Container {
  constructor(modules: Readonly<Record<string, M>> = {}) {
    super();
    for (const [key, module] of Object.entries(modules)) this.set(key, module);
  }
  override forward(): never {
    throw new ArgumentError('ModuleDict has no forward: call its members.');
  }
  override get(key: string): M {
    return super.get(key) as M;
  }
  set(key: string, module: M): this {
    this.put(key, module);
    return this;
  }
  has(key: string): boolean {
    return [...this.keys()].includes(key);
  }
  *keys(): Generator<string> {
    for (const [name] of this.namedChildren()) yield name;
  }
  *values(): Generator<M> {
    yield* this.children() as Generator<M>;
  }
}

/** A list of parameters. @see https://pytorch.org/docs/stable/generated/torch.nn.ParameterList.html */
export class ParameterList extends Module {
  constructor(parameters: Iterable<Tensor> = []) {
    super();
    this.extend(parameters);
  }
  override forward(): never {
    throw new ArgumentError('ParameterList has no forward: iterate over it.');
  }
  protected override stateName(field: string): string {
    return field;
  }
  /** Number of parameters. */
  get length(): number {
    return [...this.parameters()].length;
  }
  at(index: number): Parameter {
    const list = [...this.parameters()];
    const found = list.at(index);
    if (found === undefined) throw new ArgumentError(`ParameterList: there is no parameter ${index} among ${list.length}.`);
    return found;
  }
  /** A tensor that is no Parameter becomes one. */
  append(parameter: Tensor): this {
    (this as unknown as Record<number, Parameter>)[this.length] = parameter instanceof Parameter ? parameter : new Parameter(parameter);
    return this;
  }
  extend(parameters: Iterable<Tensor>): this {
    for (const parameter of parameters) this.append(parameter);
    return this;
  }
  [Symbol.iterator](): Iterator<Parameter> {
    return this.parameters();
  }
  override extraRepr(): string {
    return [...this.parameters()].map(({ dtype, shape }, i) => `  (${i}): Parameter containing: [torch.${dtype} of size ${shape.join('x')}]`).join('\n');
  }
}
