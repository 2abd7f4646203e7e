/**
 * What stands around an example: all that the packages export, and the things that any program has, such as a model, a
 * batch and an optimiser. An example that needs something of a special shape makes it.
 */
import * as backendCpu from '@sconce/backend-cpu';
import { cpuSync } from '@sconce/backend-cpu/sync';
import * as compiler from '@sconce/compiler';
import * as core from '@sconce/core';
import * as data from '@sconce/data';
import * as distributions from '@sconce/distributions';
import * as losses from '@sconce/losses';
import * as nn from '@sconce/nn';
import * as utils from '@sconce/nn/utils';
import * as ops from '@sconce/ops';
import * as autograd from '@sconce/ops/autograd';
import * as fft from '@sconce/ops/fft';
import * as linalg from '@sconce/ops/linalg';
import * as torchForms from '@sconce/ops/linalg-methods';
import * as special from '@sconce/ops/special';
import * as checks from '@sconce/ops/testing';
import * as optim from '@sconce/optim';
import * as serialization from '@sconce/serialization';
import * as io from '@sconce/serialization/io';
import { copyFile, readFile, writeFile } from 'node:fs/promises';
import { webgpu } from '@sconce/backend-webgpu';
import { softwareGpu } from '../adapter/index.js';

type Names = Readonly<Record<string, unknown>>;

const PACKAGES: Readonly<Record<string, Names>> = {
  'backend-cpu': { ...backendCpu, cpuSync },
  compiler,
  core,
  data,
  distributions,
  losses,
  nn,
  ops: { ...autograd, ...special, ...fft, ...linalg, ...checks, ...ops },
  optim,
  serialization: { ...serialization, ...io },
  sconce: { torch: { ...core, ...ops }, ...checks },
};

/** Folders and files of packages whose names mean something else elsewhere. */
const PLACES: readonly (readonly [path: string, names: Names])[] = [
  ['nn/src/functional/', nn.functional],
  ['ops/src/linalg/torch', { ...PACKAGES['ops'], ...torchForms }],
  ['ops/src/linalg/', { ...PACKAGES['ops'], ...linalg }],
];

/** Names for the examples of a file: those of its own place come before all others. */
export function surroundings(path: string): Record<string, unknown> {
  const [, name] = /packages\/([^/]+)\//.exec(path)!;
  const own = PLACES.find(([place]) => path.includes(place))?.[1] ?? PACKAGES[name];
  const others = Object.fromEntries(Object.values(PACKAGES).flatMap((names) => Object.entries(names)));
  return { ...programs(), ...others, ...nn.functional, ...utils, ...utils.rnn, webgpu: startWebgpu, ...own };
}

/** WebGPU as a user starts it, on machines without a GPU too. */
const startWebgpu = async (): Promise<core.Backend> => webgpu({ gpu: await softwareGpu() });

/** A small model with what trains it, data for it, and files. */
function programs(): Record<string, unknown> {
  const { randn, randint } = ops;
  const model = new nn.Sequential(new nn.Linear(4, 8), new nn.ReLU(), new nn.Linear(8, 3));
  const x = randn([6, 4]);
  const y = randint(0, 3, [6]);
  const loss = losses.crossEntropy(model.forward(x), y);
  const dataset = new data.TensorDataset(x, y);
  const optimizer = new optim.SGD(model.parameters(), { lr: 0.1 });
  const train = (batch: core.Tensor): number[] => [...batch.shape];
  const images = randn([64, 3, 8, 8]);
  return { model, x, y, loss, dataset, optimizer, train, images, labels: randint(0, 3, [64]), device: 'cpu', readFile, writeFile };
}

/** Writes the files that examples read into the current folder. */
export async function writeFiles(): Promise<void> {
  const { model, optimizer, x, y } = programs() as { model: nn.Module; optimizer: optim.SGD; x: core.Tensor; y: core.Tensor };
  await writeFile('run.ckpt', await serialization.save({ model: model.stateDict(), optimizer: optimizer.stateDict(), epoch: 3 }));
  await writeFile('model.safetensors', await serialization.saveSafetensors(model.stateDict()));
  await copyFile(new URL('../../../serialization/fixtures/checkpoint.pt', import.meta.url), 'checkpoint.pt');
  await writeFile('x.npy', await serialization.saveNpy(x));
  await writeFile('data.npz', await serialization.saveNpz({ x, y }));
  await writeFile('train-images-idx3-ubyte', new Uint8Array([0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 1, 7, 9]));
}
