/**
 * The part of the suite that runs inside a page: what the test outside calls by name.
 *
 * Invariant: everything here computes in the page, on the device that it is told; outside only looks at what comes out.
 */
import { cpu } from '@sconce/backend-cpu';
import { webgpu } from '@sconce/backend-webgpu';
import { backendOf, IndexError, manualSeed, realize, SconceError, setDefaultDevice, tensor, use, type Tensor } from '@sconce/core';
import { CrossEntropyLoss } from '@sconce/losses';
import { Linear, ReLU, Sequential } from '@sconce/nn';
import * as ops from '@sconce/ops';
import { SGD } from '@sconce/optim';
import { GoldenData, type RunnableGroup } from '../golden/index.js';
import { createRunner } from '../runner.js';
import { ONE_PLACE } from '../suite/one-place.js';
import { soak, type Soaked } from '../suite/soak.js';
import { compiledKernels } from '../suite/spy.js';
import { objections } from '../suite/verdict.js';
import { WRONG_CALLS } from '../suite/wrong-calls.js';
import { bitsOf, useThreads } from './bits.js';

const data = new GoldenData(async (group) => (await fetch(`./${group}.tsv`)).text());
const textOf = (error: unknown): string => (error instanceof SconceError ? `${error.name}: ${error.message}` : `not ours: ${String(error)}`);
const failureOf = (promise: Promise<unknown>): Promise<string | null> => promise.then(() => null, textOf);

let kept: { host: Tensor; read: Tensor; unread: Tensor };

const suite = {
  /** Registers both devices, and gives the adapter's name. */
  async start(): Promise<string> {
    await use(cpu({ threads: 'auto' }));
    const backend = await webgpu();
    await use(backend);
    setDefaultDevice('webgpu');
    return `${backend.adapterInfo.vendor} ${backend.adapterInfo.architecture}`;
  },

  async golden(group: RunnableGroup, name: string): Promise<string[]> {
    const results = await createRunner('webgpu', data).run(group, name);
    return results.length === 0 ? ['there is no result'] : objections(group, name, results, backendOf('webgpu').syncReads);
  },

  /** Wrong calls that do not throw what they should. */
  wrongCalls(): string[] {
    return WRONG_CALLS.filter(({ call, type, words }) => {
      try {
        call();
        return true;
      } catch (error) {
        return !(error instanceof type) || words.some((w) => !error.message.includes(w));
      }
    }).map(({ what }) => what);
  },

  /** Ops that give a value for an index that is out of range. */
  async outOfRange(): Promise<string[]> {
    const wrong: string[] = [];
    for (const [name, call] of Object.entries(ONE_PLACE)) {
      const error = await Promise.resolve().then(() => call().data()).then(() => null, (e: unknown) => e);
      if (!(error instanceof IndexError)) wrong.push(`${name}: ${String(error)}`);
    }
    return wrong;
  },

  soak: (steps: number): Promise<Soaked> => soak('webgpu', steps, (loss) => loss.item()),

  async kernelCounts(): Promise<Record<string, number>> {
    const x = ops.randn([37, 21]);
    await realize(x);
    const count = async (make: () => Tensor): Promise<number> => (await compiledKernels(backendOf('webgpu'), () => make().data())).length;
    return {
      chain: await count(() => ops.relu(ops.add(ops.mul(ops.exp(x), 2.5), x))),
      softmax: await count(() => ops.softmax(x, 1)),
      variance: await count(() => ops.variance(x, 1)),
    };
  },

  /** The same draws on both devices, as bits. */
  async draws(): Promise<number[][]> {
    return Promise.all(['cpu', 'webgpu'].map(async (device) => {
      manualSeed(42);
      const values = await ops.rand([64], { device }).data();
      return Array.from(new Uint32Array((values as Float32Array).slice().buffer));
    }));
  },

  /** The losses of one training run on a device. */
  async losses(device: string, steps: number): Promise<number[]> {
    setDefaultDevice('cpu');
    manualSeed(3);
    const model = new Sequential(new Linear(784, 5), new ReLU(), new Linear(5, 3)).to(device);
    const x = ops.reshape(tensor(Float32Array.from({ length: 32 * 784 }, (_, i) => Math.sin(i * 0.37))), [32, 784]).to(device);
    const y = tensor(Int32Array.from({ length: 32 }, (_, i) => i % 3)).to(device);
    setDefaultDevice('webgpu');
    const optimizer = new SGD(model.parameters(), { lr: 0.05 });
    const found: number[] = [];
    for (let step = 0; step < steps; step++) {
      optimizer.zeroGrad();
      const loss = new CrossEntropyLoss().forward(model.forward(x), y);
      loss.backward();
      optimizer.step();
      found.push(await loss.item());
    }
    return found;
  },

  /** The bits of work on so many threads of a CPU backend that this page's thread owns. */
  async bits(threads: number, rounds: number): Promise<number[]> {
    await useThreads(threads);
    return bitsOf(rounds);
  },

  /** As `bits`, with workers that are killed half-way; what was thrown before it went on. */
  async bitsOfSurvivors(threads: number, rounds: number): Promise<{ thrown: string[]; bits: number[] }> {
    const started: Worker[] = [];
    const Own = Worker;
    globalThis.Worker = class extends Own {
      constructor(...given: ConstructorParameters<typeof Own>) {
        super(...given);
        started.push(this);
      }
    };
    await useThreads(threads);
    await bitsOf(rounds);
    globalThis.Worker = Own;
    started.forEach((worker) => worker.terminate());
    const thrown: string[] = started.length === 0 ? ['no worker was started'] : [];
    for (;;) {
      const outcome = await bitsOf(rounds).catch(textOf);
      if (typeof outcome !== 'string') return { thrown, bits: outcome };
      thrown.push(outcome);
    }
  },

  /** As `bits`, in a worker that owns the backend, and how often this page's thread had a turn meanwhile. */
  async bitsElsewhere(threads: number, rounds: number): Promise<{ turns: number; bits: number[] }> {
    const worker = new Worker(new URL('./bits-worker.ts', import.meta.url), { type: 'module' });
    let turns = 0;
    const timer = setInterval(() => (turns += 1), 5);
    const bits = await new Promise<number[]>((resolve, reject) => {
      worker.onmessage = ({ data: found }: MessageEvent<number[]>) => resolve(found);
      worker.onerror = ({ message }) => reject(new Error(message));
      worker.postMessage({ threads, rounds });
    });
    clearInterval(timer);
    worker.terminate();
    return { turns, bits };
  },

  /** Makes what a loss of the device will meet: from the host, computed and read, computed and never read. */
  async beforeLoss(): Promise<void> {
    const host = tensor([1, 2, 3.5]);
    kept = { host, read: ops.mul(host, 2), unread: ops.mul(host, 4) };
    await kept.read.data();
    await realize(kept.unread);
  },

  async afterLoss(): Promise<{ host: unknown; read: unknown; unread: string | null; anew: unknown }> {
    return {
      unread: await failureOf(kept.unread.data()),
      host: await ops.add(kept.host, 1).toArray(),
      read: await ops.add(kept.read, 1).toArray(),
      anew: await ops.softmax(tensor([0.5, 0.5]), 0).toArray(),
    };
  },
};

export type Suite = typeof suite;
Object.assign(globalThis, { suite });
