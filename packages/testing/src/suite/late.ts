/**
 * Values that are read late: what PyTorch programs collect while they train, and read when they are done, is there, and is
 * what reading at once would have given.
 *
 * Every program runs twice, from the same seed: `keep` reads at once in the first run; in the second it puts aside, and all
 * is read at the end.
 */
import { detach, grad, manualSeed, noGrad, numbersOf, registerHook, tensor, type Tensor } from '@sconce/core';
import { crossEntropy } from '@sconce/losses';
import { cloneModule, Linear, Module } from '@sconce/nn';
import { Adam, SGD } from '@sconce/optim';
import { add, argmax, at, clone, div, eq, exp, logSoftmax, matmul, max, mean, mul, norm, sub, sum, tanh, transpose } from '@sconce/ops';
import { describe, expect, test } from 'vitest';

/** Takes what a program will want at its end. */
type Keep = (...values: readonly Tensor[]) => Promise<void>;

const STEPS = 6;

class Net extends Module {
  readonly hidden = new Linear(3, 20);
  readonly out = new Linear(20, 4);
  /** Sees what the hidden layer gives. */
  watch: (features: Tensor) => void = () => undefined;
  override forward(x: Tensor): Tensor {
    const features = tanh(this.hidden.forward(x));
    this.watch(features);
    return this.out.forward(features);
  }
}

/** What every program starts with. */
class Run {
  readonly model: Net;
  readonly optimizer: Adam;
  constructor(
    readonly device: string,
    readonly keep: Keep,
  ) {
    manualSeed(7);
    this.model = new Net().to(device);
    this.optimizer = new Adam(this.model.parameters(), { lr: 0.05 });
  }
  get params(): Tensor[] {
    return [...this.model.parameters()];
  }
  x(step: number): Tensor {
    return tensor(Array.from({ length: 16 }, (_, i) => [0, 1, 2].map((j) => Math.sin(step + i * 3 + j))), { device: this.device });
  }
  y(step: number): Tensor {
    return tensor(Array.from({ length: 16 }, (_, i) => (i * i + step) % 4), { device: this.device });
  }
  /** One step; `between` comes before the optimiser's. */
  async step(i: number, between: (loss: Tensor, logits: Tensor) => unknown = () => undefined): Promise<void> {
    this.optimizer.zeroGrad();
    const logits = this.model.forward(this.x(i));
    const loss = crossEntropy(logits, this.y(i));
    loss.backward();
    await between(loss, logits);
    this.optimizer.step();
  }
  async train(each: (i: number) => unknown): Promise<void> {
    for (let i = 0; i < STEPS; i++) await each(i);
  }
}

const correct = (logits: Tensor, y: Tensor): Tensor => sum(eq(argmax(logits, 1), y));

const PROGRAMS: Readonly<Record<string, (run: Run) => Promise<void>>> = {
  'losses as they are': (run) => run.train((i) => run.step(i, (loss) => run.keep(loss))),
  'losses that are detached, before and after the step': (run) =>
    run.train(async (i) => {
      let after: Tensor | null = null;
      await run.step(i, (loss) => {
        after = loss;
        return run.keep(loss.detach());
      });
      await run.keep(after!.detach());
    }),
  'a running sum of losses': async (run) => {
    let total = tensor(0, { dtype: 'float32', device: run.device });
    await run.train((i) => run.step(i, (loss) => void (total = add(total, loss.detach()))));
    await run.keep(div(total, STEPS));
  },
  'parts of a loss': (run) =>
    run.train(async (i) => {
      run.optimizer.zeroGrad();
      const fit = crossEntropy(run.model.forward(run.x(i)), run.y(i));
      const size = sum(mul(run.model.hidden.weight, run.model.hidden.weight));
      add(fit, mul(size, 0.01)).backward();
      run.optimizer.step();
      await run.keep(fit, size);
    }),
  'counts of hits, one by one and summed up': async (run) => {
    let total = tensor(0, { device: run.device });
    await run.train((i) =>
      run.step(i, (_loss, logits) => {
        const hits = correct(logits, run.y(i));
        total = add(total, hits);
        return run.keep(hits);
      }),
    );
    await run.keep(total);
  },
  'predictions and detached features': (run) => {
    const seen: Tensor[] = [];
    run.model.watch = (features) => void seen.push(features.detach());
    return run.train((i) => run.step(i, (_loss, logits) => run.keep(argmax(logits, 1), seen.pop()!, max(logits.detach(), 1).values)));
  },
  'statistics of activations and of gradients from hooks': (run) => {
    const seen: Tensor[] = [];
    run.model.watch = (features) => {
      seen.push(mean(features));
      registerHook(features, (g) => void seen.push(norm(g)));
    };
    return run.train((i) => run.step(i, () => run.keep(...seen.splice(0))));
  },
  'norms of gradients': (run) =>
    run.train((i) => run.step(i, () => run.keep(...run.params.map((p) => norm(p.grad!)), run.model.out.weight.grad!.detach()))),
  'gradients that were taken': (run) => run.train((i) => run.step(i, () => run.keep(...run.params.map((p) => p.grad!)))),
  'gradients of gradients': (run) =>
    run.train(async (i) => {
      const loss = crossEntropy(run.model.forward(run.x(i)), run.y(i));
      const [g] = grad(loss, [run.model.out.weight], { createGraph: true });
      const penalty = sum(mul(g!, g!));
      run.optimizer.zeroGrad();
      add(loss, penalty).backward();
      run.optimizer.step();
      await run.keep(penalty.detach(), g!.detach());
    }),
  'copies of parameters, before and after the step': (run) =>
    run.train(async (i) => {
      await run.keep(...run.params.map((p) => clone(p.detach())));
      await run.step(i);
      await run.keep(...Object.values(run.model.stateDict()).map((p) => clone(p)), run.model.out.bias!.detach());
    }),
  'the best model': async (run) => {
    let best: Tensor[] = [];
    await run.train(async (i) => {
      await run.step(i);
      if (i === 1) best = run.params.map((p) => clone(p.detach()));
    });
    await run.keep(...best);
  },
  'an average of parameters, by hand': async (run) => {
    let average = run.params.map((p) => clone(p.detach()));
    await run.train(async (i) => {
      await run.step(i);
      noGrad(() => (average = run.params.map((p, k) => add(mul(average[k], 0.9), mul(p, 0.1)))));
    });
    await run.keep(...average);
  },
  'a target network that follows now and then': async (run) => {
    const target = cloneModule(run.model);
    await run.train(async (i) => {
      const wanted = noGrad(() => max(target.forward(run.x(i + 1)), 1).values);
      const value = max(run.model.forward(run.x(i)), 1).values;
      const error = sub(value, wanted);
      run.optimizer.zeroGrad();
      mean(mul(error, error)).backward();
      run.optimizer.step();
      if (i % 3 === 2) target.loadStateDict(run.model.stateDict());
      await run.keep(mean(wanted), error.detach());
    });
    await run.keep(...target.parameters());
  },
  'a momentum of its own': async (run) => {
    let velocity = run.params.map((p) => mul(p.detach(), 0));
    await run.train((i) => run.step(i, () => void (velocity = run.params.map((p, k) => add(mul(velocity[k], 0.9), p.grad!)))));
    await run.keep(...velocity);
  },
  'a state that is carried on': async (run) => {
    let state = tensor(Array.from({ length: 16 }, () => [0.1, 0.2, 0.3]), { device: run.device });
    await run.train(async (i) => {
      const next = tanh(add(at(matmul(state, transpose(run.model.hidden.weight, 0, 1)), ':, 0:3'), run.x(i)));
      run.optimizer.zeroGrad();
      crossEntropy(run.model.forward(next), run.y(i)).backward();
      state = next.detach();
      run.optimizer.step();
    });
    await run.keep(state);
  },
  'answers of a teacher, a batch an epoch': async (run) => {
    const teacher = new Net().to(run.device);
    const answers = [0, 1, 2, 3].map((i) => noGrad(() => teacher.forward(run.x(i))));
    for (let epoch = 0; epoch < 4; epoch++) {
      for (let i = 0; i < 4; i++) {
        run.optimizer.zeroGrad();
        const error = sub(run.model.forward(run.x(i)), answers[i]);
        mean(mul(error, error)).backward();
        run.optimizer.step();
      }
    }
    await run.keep(...answers);
  },
  'probabilities under the old policy, for many steps': async (run) => {
    const all = run.x(0);
    for (let round = 0; round < 2; round++) {
      const old = noGrad(() => logSoftmax(run.model.forward(all), 1));
      for (let i = 0; i < 8; i++) {
        const rows = `${(i % 4) * 4}:${(i % 4) * 4 + 4}`;
        const ratio = exp(sub(logSoftmax(run.model.forward(at(all, rows)), 1), at(old, rows)));
        run.optimizer.zeroGrad();
        mean(ratio).backward();
        run.optimizer.step();
        if (i === 0) await run.keep(ratio.detach());
      }
      await run.keep(old);
    }
  },
  'checks between rounds of training': async (run) => {
    for (let round = 0; round < 2; round++) {
      await noGrad(() => run.train((i) => run.keep(correct(run.model.forward(run.x(10 + i)), run.y(i)))));
      await run.train((i) => run.step(i));
    }
  },
  'what a frozen copy gives after its model has moved on': async (run) => {
    const outputs: Tensor[] = [];
    await run.train(async (i) => {
      outputs.push(noGrad(() => run.model.forward(run.x(0))));
      await run.step(i);
    });
    await run.keep(...outputs);
  },
  'two optimisers in turns': async (run) => {
    const other = new Net().to(run.device);
    const second = new SGD(other.parameters(), { lr: 0.1, momentum: 0.9 });
    await run.train(async (i) => {
      const made = run.model.forward(run.x(i));
      second.zeroGrad();
      const judged = mean(other.forward(at(detach(made), ':, 0:3')));
      judged.backward();
      second.step();
      run.optimizer.zeroGrad();
      const fooled = mean(other.forward(at(made, ':, 0:3')));
      fooled.backward();
      run.optimizer.step();
      await run.keep(judged.detach(), fooled.detach(), mean(made).detach());
    });
  },
};

/** Registers the programs for a device. */
export function lateSuite(device: () => string): void {
  describe('read late is as read at once', () => {
    test.for(Object.keys(PROGRAMS))('%s', async (name) => {
      const read = async (t: Tensor): Promise<number[]> => Array.from(numbersOf(await t.data(), t.dtype));
      const wanted: number[][] = [];
      const atOnce: Keep = async (...values) => {
        for (const t of values) wanted.push(await read(t));
      };
      await PROGRAMS[name](new Run(device(), atOnce));
      const aside: Tensor[] = [];
      await PROGRAMS[name](new Run(device(), async (...values) => void aside.push(...values)));
      const elsewhere = new Run(device(), async () => undefined);
      for (let i = 0; i < 4; i++) await elsewhere.step(i);
      const got: number[][] = [];
      for (const t of aside) got.push(await read(t));
      expect(got.map((row) => row.length)).toEqual(wanted.map((row) => row.length));
      got.forEach((row, k) => row.forEach((v, j) => expect(v, `value ${k}, element ${j}`).toBeCloseTo(wanted[k][j], 4)));
    });
  });
}
