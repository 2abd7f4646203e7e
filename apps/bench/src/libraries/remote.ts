/**
 * A library in a child process: another interpreter, another Node, another number of threads. It gets the same inputs
 * through a pipe, times itself on demand, and sends its results for the comparison.
 *
 * A message is a line of JSON, followed by `bytes` bytes when the line says so. Requests are
 *   { do: 'prepare', workload, inputs: [{ shape, dtype }], bytes }    { do: 'time', repeats }    { do: 'result' }
 * and every answer is one message, with `error` when the request failed. The child begins with { version }.
 *
 * Invariant: between an answer and the next request the child is stopped, so its threads take no core from other
 * libraries: those of OpenBLAS would wait for work by spinning for a tenth of a second.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import type { Readable } from 'node:stream';
import type { Library, Subject } from './library.js';

export interface Message {
  readonly header: Readonly<Record<string, unknown>> & { readonly error?: string };
  readonly body: Buffer;
}

/** Messages of a stream, one at a time. */
export class MessageReader {
  private chunks: Buffer[] = [];
  private length = 0;
  private readonly source: AsyncIterator<Buffer>;

  constructor(stream: Readable) {
    this.source = stream[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  }

  /** At least `count` bytes, or up to and with the first newline, as one buffer; null at the end of the stream. */
  private async take(count: number | 'line'): Promise<Buffer | null> {
    for (let searched = 0; ; ) {
      const at = count === 'line' ? this.chunks.slice(searched).findIndex((c) => c.includes(10)) : -1;
      if (count === 'line' ? at >= 0 : this.length >= count) break;
      searched = this.chunks.length;
      const step: IteratorResult<Buffer, unknown> = await this.source.next();
      if (step.done === true) return null;
      this.chunks.push(step.value);
      this.length += step.value.length;
    }
    const all = Buffer.concat(this.chunks);
    const end = count === 'line' ? all.indexOf(10) + 1 : count;
    this.chunks = [all.subarray(end)];
    this.length = all.length - end;
    return all.subarray(0, end);
  }

  async next(): Promise<Message | null> {
    const line = await this.take('line');
    if (line === null) return null;
    const header = JSON.parse(line.toString('utf8')) as Message['header'];
    const body = await this.take(Number(header.bytes ?? 0));
    return body === null ? null : { header, body };
  }
}

export interface RemoteOptions {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** Starts the child; fails with the interpreter's own words when it cannot start. */
export async function startRemote({ name, command, args, env }: RemoteOptions): Promise<Library> {
  const child: ChildProcess = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'], env: { ...process.env, ...env } });
  let failure = '';
  child.on('error', (error) => (failure = error.message));
  child.stderr!.on('data', (text: Buffer) => (failure = `${failure}${String(text)}`.slice(-2000)));
  child.stdin!.on('error', (error) => (failure ||= error.message));
  const reader = new MessageReader(child.stdout!);

  const answer = async (): Promise<Message> => {
    const message = await reader.next();
    if (message === null) throw new Error(`${name}: the process ended. ${failure.trim().split('\n').at(-1) ?? ''}`);
    if (message.header.error !== undefined) throw new Error(message.header.error);
    return message;
  };
  const signal = (name: 'SIGCONT' | 'SIGSTOP'): boolean => process.platform !== 'win32' && child.kill(name);
  const ask = async (request: Record<string, unknown>, body: readonly Uint8Array[] = []): Promise<Message> => {
    signal('SIGCONT');
    child.stdin!.write(`${JSON.stringify(request)}\n`);
    for (const part of body) child.stdin!.write(part);
    return answer().finally(() => signal('SIGSTOP'));
  };
  process.once('exit', () => child.kill('SIGKILL'));

  const { header } = await answer();
  return {
    name,
    version: String(header.version),
    async prepare(workload, inputs): Promise<Subject | undefined> {
      const body = inputs.map(({ values: v }) => new Uint8Array(v.buffer, v.byteOffset, v.byteLength));
      const { header: { known } } = await ask({
        do: 'prepare', workload: workload.name, inputs: inputs.map(({ shape, dtype }) => ({ shape, dtype })),
        bytes: body.reduce((sum, part) => sum + part.length, 0),
      }, body);
      if (known === false) return undefined;
      return {
        time: async (repeats) => Number((await ask({ do: 'time', repeats })).header.ms),
        async result() {
          const { body: bytes } = await ask({ do: 'result' });
          return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
        },
      };
    },
    close() {
      signal('SIGCONT');
      child.stdin!.end();
    },
  };
}
