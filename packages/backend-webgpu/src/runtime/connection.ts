/**
 * The connection: tasks on a device that may be lost and asked for again.
 *
 * Invariant: a task runs on a device that lives, or its `failed` hears why not; no task waits longer for a new device
 * than `PATIENCE`.
 */
import { debugLine, DeviceError } from '@sconce/core';
import { openSession, type Session, type SessionEvents, type SessionOptions } from './session.js';
import { createTasks } from './tasks.js';

/** Milliseconds to keep asking: after a loss, a browser needs a moment before it offers an adapter. */
const PATIENCE = 3000;
const PAUSE = 100;

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
  let opening: Promise<void> | null = null;

  const reopen = async (): Promise<void> => {
    const deadline = Date.now() + PATIENCE;
    for (;;) {
      try {
        ({ session, adapter } = await openSession(options, heard));
        debugLine(1, () => 'webgpu: asked for the device again, and got it');
        return;
      } catch (error) {
        if (Date.now() > deadline) throw error;
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
      tasks.run(() => {
        if (isDisposed) return failed(new DeviceError('webgpu: this backend was disposed. Call `await use(webgpu())` for a new one.'));
        if (!session.isLost()) return attempt();
        opening ??= reopen().finally(() => void (opening = null));
        return opening.then(attempt, failed);
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
