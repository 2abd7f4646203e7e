/**
 * The connection: tasks on a device that may be lost and asked for again.
 *
 * Kernels are built for what the first device can do, and plans outlive a device; so another one must be able to do as much.
 *
 * Invariant: a task runs on a device that lives, or its `failed` hears why not; no task waits longer for a new device
 * than `PATIENCE`, however many wait.
 */
import { debugLine, DeviceError } from '@sconce/core';
import { abilitiesOf, openSession, type Session, type SessionEvents, type SessionOptions } from './session.js';
import { createTasks } from './tasks.js';

/** Milliseconds to keep asking: after a loss, a browser needs a moment before it offers an adapter. */
const PATIENCE = 3000;
const PAUSE = 100;

/** What a promise gives; null when it takes longer. */
const within = <T>(ms: number, promise: Promise<T>): Promise<T | null> =>
  new Promise((resolve, reject) => {
    const timer = setTimeout(() => resolve(null), ms);
    promise.then(resolve, reject).finally(() => clearTimeout(timer));
  });

const NO_OTHER = `webgpu: the device was lost, and no other came within ${PATIENCE / 1000} seconds. Try again, or use another device, such as cpu().`;

export interface Connection {
  readonly adapter: GPUAdapter;
  /** The present session; it may be lost. */
  readonly session: Session;
  /** Runs a task after those before it. A task does not run when its device cannot be had; `failed` hears of that and of what it throws. */
  enqueue(task: (session: Session) => void | Promise<void>, failed: (error: unknown) => void): void;
  /** Resolves when everything enqueued so far is done. */
  settled(): Promise<void>;
  dispose(): void;
}

export async function connect(options: SessionOptions, events: SessionEvents): Promise<Connection> {
  const tasks = createTasks();
  let isDisposed = false;
  const heard: SessionEvents = {
    onError: events.onError,
    onLoss(reason) {
      debugLine(1, () => `webgpu: device lost (${reason})`);
      if (!isDisposed) events.onLoss(reason);
    },
  };
  let { session, adapter } = await openSession(options, heard);
  const needed = abilitiesOf(session.device);
  let opening: Promise<void> | null = null;
  /** How often no new device came, and why the last time. */
  let refused = 0;
  let refusal: unknown;

  const reopen = async (): Promise<void> => {
    const deadline = Date.now() + PATIENCE;
    for (;;) {
      try {
        let isWanted = true;
        const opened = openSession(options, { onError: heard.onError, onLoss: (reason) => isWanted && heard.onLoss(reason) }, needed);
        const won = await within(Math.max(deadline - Date.now(), PAUSE), opened);
        if (won === null) {
          isWanted = false;
          void opened.then(({ session: late }) => late.lose('it came too late'), () => undefined);
          throw new DeviceError(NO_OTHER);
        }
        ({ session, adapter } = won);
        debugLine(1, () => 'webgpu: asked for the device again, and got it');
        return;
      } catch (error) {
        if (Date.now() >= deadline) throw error;
        await new Promise((resolve) => setTimeout(resolve, PAUSE));
      }
    }
  };

  return {
    get adapter() {
      return adapter;
    },
    get session() {
      return session;
    },
    enqueue(task, failed) {
      const attempt = (): void | Promise<void> => {
        try {
          return task(session)?.catch(failed);
        } catch (error) {
          return failed(error);
        }
      };
      const before = refused;
      tasks.run(() => {
        if (isDisposed) return failed(new DeviceError('webgpu: this backend was disposed. Call `await use(webgpu())` for a new one.'));
        if (!session.isLost()) return attempt();
        // What was asked for before the last refusal has waited long enough.
        if (refused > before) return failed(refusal);
        opening ??= reopen().finally(() => void (opening = null));
        return opening.then(attempt, (error: unknown) => {
          refused += 1;
          refusal = error;
          failed(error);
          // What was put on the device that did not come is as lost as what was on the last one.
          heard.onLoss('no other device came');
        });
      });
    },
    settled: () => tasks.settled(),
    dispose() {
      tasks.run(() => {
        isDisposed = true;
        session.lose('disposed');
      });
    },
  };
}
