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

/** The keys of a container in the order of its children: JavaScript puts fields that are numbers first. */
const ORDER = Symbol('order');

abstract class Container extends Module {
  private [ORDER]: readonly string[] = [];

  protected override stateName(field: string): string {
    return field;
  }
  private get fields(): Record<string, unknown> {
    return this as unknown as Record<string, unknown>;
  }
  override *namedChildren(): Generator<[string, Module]> {
    for (const key of new Set([...this[ORDER], ...Object.keys(this)])) {
      const child = this.fields[key];
      if (child instanceof Module) yield [key, child];
    }
  }
  /** Number of children. */
  get length(): number {
    return [...this.children()].length;
  }
  protected put(key: string, module: Module): void {
    const op = this.constructor.name;
    if (!(module instanceof Module)) throw new ArgumentError(`${op}: child '${key}' is no Module.`);
    if (key === '' || key.includes('.') || (key in this && !(this.fields[key] instanceof Module))) {
      throw new ArgumentError(`${op}: '${key}' cannot be the key of a child: it must not be empty, have a dot, or be a name that modules have.`);
    }
    if (!this[ORDER].includes(key)) this[ORDER] = [...this[ORDER], key];
    this.fields[key] = module;
  }
  protected take(key: string): Module {
    const child = this.get(key);
    this[ORDER] = this[ORDER].filter((each) => each !== key);
    delete this.fields[key];
    return child;
  }
  protected get(key: string | number): Module {
    const child = Object.hasOwn(this, key) ? this.fields[key] : undefined;
    if (!(child instanceof Module)) throw new ArgumentError(`${this.constructor.name} has no child '${key}', it has [${[...this.namedChildren()].map(([name]) => name).join(', ')}].`);
    return child;
  }
}

/** Children by position. */
abstract class Row<M extends Module> extends Container {
  private keyAt(index: number): string {
    const keys = [...this.namedChildren()].map(([key]) => key);
    return keys.at(index) ?? String(index);
  }
  /** Puts these in the place of all children, numbered from 0. */
  private renumber(modules: readonly Module[]): void {
    for (const [key] of [...this.namedChildren()]) this.take(key);
    modules.forEach((module, i) => this.put(String(i), module));
  }
  /** The child at a position; negative ones count from the end. */
  at(index: number): M {
    return this.get(this.keyAt(index)) as M;
  }
  /** Puts a module in the place of the child at a position. */
  set(index: number, module: M): this {
    this.get(this.keyAt(index));
    this.put(this.keyAt(index), module);
    return this;
  }
  append(module: M): this {
    let key = this.length;
    while (String(key) in this) key += 1;
    this.put(String(key), module);
    return this;
  }
  extend(modules: Iterable<M>): this {
    for (const module of [...modules]) this.append(module);
    return this;
  }
  /** Puts a module before the child at a position. */
  insert(index: number, module: M): this {
    const children = [...this.children()];
    children.splice(index, 0, module);
    this.renumber(children);
    return this;
  }
  /** Takes the child at a position out, and gives it. Default: the last. */
  pop(index = -1): M {
    const child = this.take(this.keyAt(index)) as M;
    this.renumber([...this.children()]);
    return child;
  }
  /** A container of this kind with some of the children, which both then hold. */
  protected part(start: number | undefined, end: number | undefined, keyOf: (key: string, i: number) => string): this {
    const part = Object.create(Object.getPrototypeOf(this) as object, Object.getOwnPropertyDescriptors(this)) as this;
    for (const [key] of this.namedChildren()) part.take(key);
    [...this.namedChildren()].slice(start, end).forEach(([key, module], i) => part.put(keyOf(key, i), module));
    return part;
  }
  [Symbol.iterator](): Iterator<M> {
    return this.children() as Iterator<M>;
  }
}

/**
 * Applies its modules in order.
 *
 * @example
 * const model = new Sequential(new Linear(784, 128), new ReLU(), new Linear(128, 10));
 * const named = new Sequential({ hidden: new Linear(784, 128), out: new Linear(128, 10) });
 * const features = model.slice(0, -1);      // without the last
 * @see https://pytorch.org/docs/stable/generated/torch.nn.Sequential.html
 */
export class Sequential extends Row<Layer> {
  constructor(...modules: Layer[] | [Readonly<Record<string, Layer>>]) {
    super();
    const named = modules.length === 1 && !(modules[0] instanceof Module) ? Object.entries(modules[0]) : [...(modules as Layer[]).entries()];
    for (const [key, module] of named) this.put(String(key), module);
  }
  override forward(x: Tensor): Tensor {
    let y = x;
    for (const layer of this.children()) y = (layer as Layer).forward(y);
    return y;
  }
  /** The layers from one position up to another, under their keys. */
  slice(start?: number, end?: number): this {
    return this.part(start, end, (key) => key);
  }
}

/** A list of modules. @see https://pytorch.org/docs/stable/generated/torch.nn.ModuleList.html */
export class ModuleList<M extends Module = Module> extends Row<M> {
  constructor(modules: Iterable<M> | null = null) {
    super();
    this.extend(modules ?? []);
  }
  override forward(): never {
    throw new ArgumentError('ModuleList has no forward: iterate over it.');
  }
  /** The modules from one position up to another, numbered anew. */
  slice(start?: number, end?: number): this {
    return this.part(start, end, (_key, i) => String(i));
  }
}

/** Modules by key, in an object or as pairs. */
export type GivenModules<M extends Module> = Readonly<Record<string, M>> | Iterable<readonly [string, M]>;

/** Modules by key. @see https://pytorch.org/docs/stable/generated/torch.nn.ModuleDict.html */
export class ModuleDict<M extends Module = Module> extends Container {
  constructor(modules: GivenModules<M> | null = null) {
    super();
    this.update(modules ?? {});
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
  /** Takes over all modules of an object, of pairs, or of another dictionary. */
  update(modules: GivenModules<M>): this {
    const pairs = modules instanceof ModuleDict ? modules.items() : Symbol.iterator in modules ? modules : Object.entries(modules);
    for (const [key, module] of pairs as Iterable<readonly [string, M]>) this.set(key, module);
    return this;
  }
  has(key: string): boolean {
    return [...this.keys()].includes(key);
  }
  /** Takes the module of this key out, and gives it. */
  pop(key: string): M {
    return this.take(key) as M;
  }
  delete(key: string): boolean {
    return this.has(key) && Boolean(this.take(key));
  }
  clear(): void {
    for (const key of [...this.keys()]) this.take(key);
  }
  *keys(): Generator<string> {
    for (const [name] of this.namedChildren()) yield name;
  }
  *values(): Generator<M> {
    yield* this.children() as Generator<M>;
  }
  *items(): Generator<[string, M]> {
    yield* this.namedChildren() as Generator<[string, M]>;
  }
}

/** A list of parameters. @see https://pytorch.org/docs/stable/generated/torch.nn.ParameterList.html */
export class ParameterList extends Module {
  constructor(parameters: Iterable<Tensor> | null = null) {
    super();
    this.extend(parameters ?? []);
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
  /** Puts a parameter in the place of another. */
  set(index: number, parameter: Tensor): this {
    const place = [...this.parameters()].indexOf(this.at(index));
    (this as unknown as Record<number, Parameter>)[place] = parameter instanceof Parameter ? parameter : new Parameter(parameter);
    return this;
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
