/**
 * The same tree as text, in WebAssembly's text format: what people read to see what a kernel does.
 *
 * Expressions are folded, on one line where they fit and otherwise with their operands below. Every variable is
 * printed as a local under its own name, although in the binary some share a slot; names that clash get a number.
 *
 * Invariant: the text is a well-formed module that computes what the binary computes.
 *
 * Reference: WebAssembly core specification 3.0, section 6, text format.
 */
import type { Module } from './module.js';
import type { Callable, Constant, FunctionCode, Label, Local, Operation, Statement, Value } from './tree.js';

const WIDTH = 100;
const STEP = '  ';

/** Gives each thing a name of its own: `$acc`, then `$acc_2`. */
class Names<T extends { readonly name: string }> {
  readonly #names = new Map<T, string>();
  readonly #taken = new Set<string>();

  of(thing: T): string {
    const known = this.#names.get(thing);
    if (known !== undefined) return known;
    const wanted = `$${thing.name.replace(/[^\w.+*/<=>-]/g, '_')}`;
    let name = wanted;
    for (let i = 2; this.#taken.has(name); i++) name = `${wanted}_${i}`;
    this.#taken.add(name);
    this.#names.set(thing, name);
    return name;
  }
}

/** A module as text. */
export function printModule(module: Module): string {
  const names = new Names<Callable>();
  const lines = ['(module'];
  const { memory } = module;
  for (const callee of module.imports) {
    const signature = [`func ${names.of(callee)}`, ...signatureOf(callee.parameters, callee.result)];
    lines.push(`${STEP}(import "${callee.from}" "${callee.name}" (${signature.join(' ')}))`);
  }
  if (memory) {
    const limits = [memory.minimum, memory.maximum, memory.shared ? 'shared' : undefined];
    const type = `(memory ${limits.filter((limit) => limit !== undefined).join(' ')})`;
    lines.push(`${STEP}(import "${memory.from}" "${memory.name}" ${type})`);
  }
  for (const code of module.functions) {
    lines.push(printFunction(code, { indent: STEP, names, exported: module.exported.has(code) }));
  }
  return `${lines.join('\n')}\n)\n`;
}

interface Placement {
  readonly indent: string;
  readonly names: Names<Callable>;
  readonly exported: boolean;
}

/** One function as text. */
export function printFunction(
  code: FunctionCode,
  { indent, names, exported }: Placement = { indent: '', names: new Names(), exported: false },
): string {
  const locals = new Names<Local>();
  const labels = new Names<Label>();

  function value(node: Value, indent: string): string {
    if (node.kind === 'constant') return constant(node);
    if (node.kind === 'local') return `(local.get ${locals.of(node)})`;
    const parts = node.operands.map((operand) => value(operand, indent + STEP));
    switch (node.kind) {
      case 'operation':
        return fold(operation(node), parts, indent);
      case 'call':
        return fold(`call ${names.of(node.callee)}`, parts, indent);
      case 'select':
        return fold('select', parts, indent);
      case 'tee':
        return fold(`local.tee ${locals.of(node.local)}`, parts, indent);
    }
  }

  /** An instruction around one value, or around none. */
  const around = (head: string, node: Value | undefined, indent: string): string =>
    fold(head, node ? [value(node, indent + STEP)] : [], indent);

  function block(head: string, body: readonly Statement[], indent: string): string {
    const lines = body.map((child) => indent + STEP + statement(child, indent + STEP));
    return [`(${head}`, ...lines, `${indent})`].join('\n');
  }

  function statement(node: Statement, indent: string): string {
    switch (node.kind) {
      case 'evaluate':
        return node.value.type === 'none' ? value(node.value, indent) : around('drop', node.value, indent);
      case 'set':
        return around(`local.set ${locals.of(node.local)}`, node.value, indent);
      case 'block':
      case 'loop':
        return block(`${node.kind} ${labels.of(node.label)}`, node.body, indent);
      case 'if': {
        const inner = indent + STEP;
        const arms = [block('then', node.then, inner)];
        if (node.else.length) arms.push(block('else', node.else, inner));
        const head = around('if', node.condition, indent).slice(0, -1);
        return [head, ...arms.map((arm) => inner + arm), `${indent})`].join('\n');
      }
      case 'branch':
        return around(`${node.condition ? 'br_if' : 'br'} ${labels.of(node.label)}`, node.condition, indent);
      case 'return':
        return around('return', node.value, indent);
      case 'unreachable':
        return '(unreachable)';
      case 'comment':
        return node.text.replace(/^/gm, ';; ').replaceAll('\n', `\n${indent}`);
    }
  }

  const head = [`func ${names.of(code)}`];
  if (exported) head.push(`(export "${code.name}")`);
  const params = Object.values(code.params).map((local) => `${locals.of(local)} ${local.type}`);
  head.push(...signatureOf(params, code.result));
  const declared = code.locals.map((local) => `(local ${locals.of(local)} ${local.type})`);
  const lines = [...fill(declared, indent + STEP), ...code.body.map((child) => statement(child, indent + STEP))];
  const heading = fill(head, indent + STEP).join(`\n${indent}${STEP}${STEP}`);
  return [`${indent}(${heading}`, ...lines.map((line) => indent + STEP + line), `${indent})`].join('\n');
}

function signatureOf(parameters: readonly string[], result: string): string[] {
  return [...parameters.map((type) => `(param ${type})`), ...(result === 'none' ? [] : [`(result ${result})`])];
}

function constant({ type, shape, values }: Constant): string {
  const texts = values.map((value) =>
    Object.is(value, -0) ? '-0' : String(value).replace('NaN', 'nan').replace('Infinity', 'inf'),
  );
  return `(${[`${type}.const`, ...(type === 'v128' ? [shape] : []), ...texts].join(' ')})`;
}

function operation({ instruction, offset, lanes }: Operation): string {
  return [instruction.name, ...(offset ? [`offset=${offset}`] : []), ...lanes].join(' ');
}

/** A folded instruction: one line where it fits, else its parts below its head. */
function fold(head: string, parts: readonly string[], indent: string): string {
  const line = `(${[head, ...parts].join(' ')})`;
  if (!line.includes('\n') && indent.length + line.length <= WIDTH) return line;
  return `(${head}\n${parts.map((part) => indent + STEP + part).join('\n')})`;
}

/** Short texts gathered into lines. */
function fill(texts: readonly string[], indent: string): string[] {
  const lines: string[] = [];
  for (const text of texts) {
    const last = lines.at(-1);
    if (last !== undefined && indent.length + last.length + text.length < WIDTH) lines[lines.length - 1] += ` ${text}`;
    else lines.push(text);
  }
  return lines;
}
