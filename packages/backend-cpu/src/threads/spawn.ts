/**
 * Starting workers: `worker_threads` in Node, Web Workers from a blob in pages that are isolated.
 *
 * Invariant: no worker keeps a process alive; where none can be started there are none, and the caller works alone.
 */
import { builtin } from './host.js';
import { WORKER_SOURCE } from './worker-source.js';

/** What a worker gets when it starts. */
export interface WorkerStart {
  readonly memory: WebAssembly.Memory;
  /** Address of the control words. */
  readonly control: number;
  /** Its number; the caller is 0. */
  readonly index: number;
}

export interface Handle {
  terminate(): void;
}

interface NodeWorker {
  unref(): void;
  on(event: 'error' | 'exit', listener: (reason: unknown) => void): void;
  terminate(): Promise<number>;
}
interface NodeThreads {
  readonly Worker: new (source: string, options: { eval: true; workerData: WorkerStart; execArgv: string[] }) => NodeWorker;
}
/** Starts a worker; `onEnd` hears when it ends by itself. null when it cannot be started. */
export function spawn(start: WorkerStart, onEnd: (reason: string) => void): Handle | null {
  try {
    const threads = builtin('node:worker_threads') as NodeThreads | undefined;
    return threads === undefined ? spawnInPage(start, onEnd) : spawnInNode(threads, start, onEnd);
  } catch {
    return null;
  }
}

function spawnInNode({ Worker }: NodeThreads, start: WorkerStart, onEnd: (reason: string) => void): Handle {
  const worker = new Worker(WORKER_SOURCE, { eval: true, workerData: start, execArgv: [] });
  worker.on('error', (error) => onEnd(String(error)));
  worker.on('exit', (code) => onEnd(`it ended with code ${String(code)}`));
  worker.unref();
  return { terminate: () => void worker.terminate() };
}

function spawnInPage(start: WorkerStart, onEnd: (reason: string) => void): Handle {
  const url = URL.createObjectURL(new Blob([WORKER_SOURCE], { type: 'text/javascript' }));
  const worker = new Worker(url);
  worker.onerror = (event) => onEnd(event.message);
  worker.postMessage(start);
  URL.revokeObjectURL(url);
  return { terminate: () => worker.terminate() };
}
