/**
 * WGSL text as nested blocks: lines go into the innermost, and a value is named in the outermost block in which it can be
 * computed.
 *
 * Invariant: a name is given once in a function, so that a line may move out of its block without meaning something else.
 */
import type { Expr } from '@sconce/core';

export interface Block {
  readonly lines: string[];
  /** The values that have a name from here on. */
  readonly names: Map<Expr, string>;
  /** How deep the blocks lie that values need, as far as it has been asked for here. */
  readonly depths: Map<Expr, number>;
}

const block = (): Block => ({ lines: [], names: new Map(), depths: new Map() });

export class Blocks {
  /** From the function's body to the innermost. */
  protected readonly blocks: Block[] = [block()];
  private readonly taken: Set<string>;
  private count = 0;

  constructor(taken: Iterable<string>) {
    this.taken = new Set(taken);
  }

  /** The printed lines of the function's body. */
  get body(): readonly string[] {
    return this.blocks[0].lines;
  }

  protected get depth(): number {
    return this.blocks.length - 1;
  }

  protected get innermost(): Block {
    return this.blocks[this.depth];
  }

  line(...texts: readonly string[]): void {
    this.innermost.lines.push(...texts);
  }

  /** Opens a block; `close` puts it, with its head, into the one around. */
  open(): void {
    this.blocks.push(block());
  }

  close(head: string, tail = '}'): void {
    const { lines } = this.blocks.pop()!;
    this.line(head, ...lines.map((l) => `  ${l}`), tail);
  }

  /** A name like `wish` that nothing has yet. */
  fresh(wish: string): string {
    const base = RESERVED.has(wish) ? `${wish}_` : wish;
    let name = base;
    for (let i = 2; this.taken.has(name); i++) name = `${base}${/\d$/.test(base) ? '_' : ''}${i}`;
    this.taken.add(name);
    return name;
  }

  protected nameOf(x: Expr): string | undefined {
    for (const { names } of this.blocks) {
      const name = names.get(x);
      if (name !== undefined) return name;
    }
    return undefined;
  }

  /** Gives a value a name in the block that lies so deep. */
  protected define(x: Expr, text: string, depth: number, wish = `v${++this.count}`): string {
    const name = this.fresh(wish);
    const { lines, names } = this.blocks[depth];
    lines.push(`let ${name} = ${bare(text)};`);
    names.set(x, name);
    return name;
  }
}

/** A text without the parentheses that enclose all of it. */
export function bare(text: string): string {
  if (!text.startsWith('(') || !text.endsWith(')')) return text;
  let open = 0;
  for (let i = 0; i < text.length - 1; i++) {
    open += text[i] === '(' ? 1 : text[i] === ')' ? -1 : 0;
    if (open === 0) return text;
  }
  return text.slice(1, -1);
}

/** Words that a name must not be: keywords, types, and what our own kernels call things. */
const RESERVED = new Set(
  `alias break case const const_assert continue continuing default diagnostic discard else enable false fn for if let loop
  override requires return struct switch true var while f32 i32 u32 bool f16 min max abs select round floor ceil trunc sqrt
  bitcast fault params lane group member members main as in of is new final this self super static match mod type use with`.split(/\s+/),
);
