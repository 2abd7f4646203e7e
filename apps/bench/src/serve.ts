/**
 * Sconce in a process of its own, for rows about another Node or another number of threads: answers messages on its
 * standard input. See libraries/remote.ts for the messages.
 *
 *   node serve.js [--threads N] [--revectorize]
 */
import { parseArgs } from 'node:util';
import { cpu, use } from 'sconce';
import { MessageReader } from './libraries/remote.js';
import { loadSconce } from './libraries/sconce/index.js';
import type { Subject } from './libraries/library.js';
import type { Dtype, Input, Workload } from './workload.js';

const { values: options } = parseArgs({ options: { threads: { type: 'string' }, revectorize: { type: 'boolean', default: false } } });
await use(cpu({ threads: options.threads === undefined ? 'auto' : Number(options.threads), revectorize: options.revectorize }));

const library = loadSconce(`Node ${process.version}`);
let subject: Subject | undefined;

function answer(header: Record<string, unknown>, body = new Uint8Array()): void {
  process.stdout.write(`${JSON.stringify({ ...header, bytes: body.length })}\n`);
  if (body.length > 0) process.stdout.write(body);
}

function inputsFrom(specs: readonly { shape: number[]; dtype: Dtype }[], body: Buffer): Input[] {
  let at = body.byteOffset;
  return specs.map(({ shape, dtype }) => {
    const bytes = 4 * shape.reduce((n, d) => n * d, 1);
    const piece = body.buffer.slice(at, (at += bytes)) as ArrayBuffer;
    return { shape, dtype, values: dtype === 'int32' ? new Int32Array(piece) : new Float32Array(piece) };
  });
}

const ACTIONS: Readonly<Record<string, (request: Record<string, unknown>, body: Buffer) => Promise<void>>> = {
  async prepare({ workload, inputs }, body) {
    subject = await library.prepare({ name: workload } as Workload, inputsFrom(inputs as { shape: number[]; dtype: Dtype }[], body));
    answer({ known: subject !== undefined });
  },
  async time({ repeats }) {
    answer({ ms: await subject!.time(Number(repeats)) });
  },
  async result() {
    answer({}, new Uint8Array(Float32Array.from(await subject!.result()).buffer));
  },
};

answer({ version: library.version });
const reader = new MessageReader(process.stdin);
for (let message = await reader.next(); message !== null; message = await reader.next()) {
  try {
    await ACTIONS[String(message.header.do)](message.header, message.body);
  } catch (error) {
    answer({ error: error instanceof Error ? error.message : String(error) });
  }
}
process.exit(0);
