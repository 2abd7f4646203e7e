/**
 * The memory soak: ten thousand steps and passes leave device memory as it was after a hundred.
 */
import { noGrad, scope } from '@sconce/core';
import { describe, expect, test } from 'vitest';
import { collectGarbage } from './collect.js';
import { batch, Net, soak, used } from './soak.js';

export interface MemoryOptions {
  readonly steps: number;
  readonly syncReads: boolean;
}

/** Registers the soak for a device. */
export function memorySuite(device: () => string, { steps, syncReads }: MemoryOptions): void {
  describe(`memory over ${steps} steps`, () => {
    test.runIf(syncReads)('training, reading the loss synchronously', async () => {
      const { early, late, compiled } = await soak(device(), steps, (loss) => loss.itemSync(), collectGarbage);
      expect(late).toEqual(early);
      expect(compiled).toBe(0);
    }, 240_000);

    test('training, reading the loss asynchronously', async () => {
      const { early, late, compiled } = await soak(device(), steps, (loss) => loss.item(), collectGarbage);
      expect(late).toEqual(early);
      expect(compiled).toBe(0);
    }, 240_000);

    test('forward passes, reading asynchronously, stay under a cap', async () => {
      const model = new Net().to(device());
      const before = used(device());
      for (let step = 0; step < steps; step++) await noGrad(() => model.forward(batch(step, device()).x)).data();
      const after = used(device());
      expect(after.buffers - before.buffers).toBeLessThan(1500);
      expect(after.bytes - before.bytes).toBeLessThan(1 << 20);
    }, 240_000);

    test.runIf(syncReads)('forward passes inside scope leave nothing behind', () => {
      const model = new Net().to(device());
      let early = used(device());
      for (let step = 0; step < steps; step++) {
        scope(() => noGrad(() => model.forward(batch(step, device()).x)).dataSync());
        if (step === 100) early = used(device());
      }
      const late = used(device());
      expect(late.buffers).toBeLessThanOrEqual(early.buffers);
      expect(late.bytes).toBeLessThanOrEqual(early.bytes);
    }, 240_000);
  });
}
