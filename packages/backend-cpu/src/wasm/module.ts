/**
 * A module: one imported memory, imported functions, functions of its own, of which some are exported.
 *
 * Functions refer to each other by handle and are numbered when the module is encoded, so they may be declared in any
 * order and call those declared later.
 *
 * Invariant: sections stand in the order of the format, and equal signatures share one type.
 *
 * Reference: WebAssembly core specification 3.0, section 5.5, modules; the threads proposal for shared memories.
 */
import { ByteWriter } from './bytes.js';
import { encodeBody, TYPE_CODE } from './encode.js';
import type { ResultType, ValueType } from './instruction.js';
import type { Callable, FunctionCode } from './tree.js';

/** A memory to import; sizes in pages of 64 KiB. The memory given at instantiation must lie within them. */
export interface MemoryImport {
  readonly from: string;
  readonly name: string;
  readonly minimum: number;
  readonly maximum?: number;
  /** Shared between threads; needs a maximum. */
  readonly shared?: boolean;
}

export interface FunctionImport extends Callable {
  readonly from: string;
}

const HEADER = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];
const TYPE_SECTION = 1;
const IMPORT_SECTION = 2;
const FUNCTION_SECTION = 3;
const EXPORT_SECTION = 7;
const CODE_SECTION = 10;
const FUNCTION_TYPE = 0x60;
const FUNCTION = 0x00;
const MEMORY = 0x02;

export class Module {
  readonly imports: FunctionImport[] = [];
  readonly functions: FunctionCode[] = [];
  readonly exported = new Set<FunctionCode>();
  memory: MemoryImport | undefined;

  importMemory(memory: MemoryImport): void {
    if (memory.shared && memory.maximum === undefined) throw new TypeError('a shared memory needs a maximum');
    this.memory = memory;
  }

  importFunction(from: string, name: string, parameters: readonly ValueType[], result: ResultType): FunctionImport {
    const imported = { from, name, parameters, result };
    this.imports.push(imported);
    return imported;
  }

  /** A function of the module's own, once. */
  add<F extends FunctionCode>(code: F): F {
    if (!this.functions.includes(code)) this.functions.push(code);
    return code;
  }

  /** A function exported under its name. */
  export(code: FunctionCode): void {
    this.exported.add(this.add(code));
  }

  encode(): Uint8Array<ArrayBuffer> {
    const { imports, functions, exported, memory } = this;
    const callables: Callable[] = [...imports, ...functions];
    const indexOf = new Map<Callable, number>(callables.map((callable, index) => [callable, index]));
    const signatures = new Map<string, number>();
    const typeOf = callables.map(({ parameters, result }) => {
      const key = `${parameters.join(' ')}:${result}`;
      const index = signatures.get(key) ?? signatures.size;
      signatures.set(key, index);
      return index;
    });

    const out = new ByteWriter();
    const section = (id: number, count: number, write: () => void): void => {
      if (count === 0) return;
      out.byte(id);
      const start = out.open();
      out.unsigned(count);
      write();
      out.close(start);
    };
    const types = (list: readonly string[]): void => {
      out.unsigned(list.length);
      for (const type of list) out.byte(TYPE_CODE[type as ValueType]);
    };

    for (const byte of HEADER) out.byte(byte);
    section(TYPE_SECTION, signatures.size, () => {
      for (const key of signatures.keys()) {
        const [parameters, result] = key.split(':');
        out.byte(FUNCTION_TYPE);
        types(parameters ? parameters.split(' ') : []);
        types(result === 'none' ? [] : [result]);
      }
    });
    section(IMPORT_SECTION, imports.length + (memory ? 1 : 0), () => {
      imports.forEach(({ from, name }, index) => {
        out.text(from);
        out.text(name);
        out.byte(FUNCTION);
        out.unsigned(typeOf[index]);
      });
      if (memory) encodeMemory(out, memory);
    });
    section(FUNCTION_SECTION, functions.length, () => {
      for (const type of typeOf.slice(imports.length)) out.unsigned(type);
    });
    section(EXPORT_SECTION, exported.size, () => {
      for (const code of exported) {
        out.text(code.name);
        out.byte(FUNCTION);
        out.unsigned(indexOf.get(code)!);
      }
    });
    section(CODE_SECTION, functions.length, () => {
      for (const code of functions) {
        encodeBody(out, code, (callee) => {
          const index = indexOf.get(callee);
          if (index === undefined) throw new TypeError(`${code.name} calls ${callee.name} of another module`);
          return index;
        });
      }
    });
    return out.finish();
  }
}

function encodeMemory(out: ByteWriter, { from, name, minimum, maximum, shared }: MemoryImport): void {
  out.text(from);
  out.text(name);
  out.byte(MEMORY);
  out.byte((shared ? 2 : 0) | (maximum === undefined ? 0 : 1));
  out.unsigned(minimum);
  if (maximum !== undefined) out.unsigned(maximum);
}
