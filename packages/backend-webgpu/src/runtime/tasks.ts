/**
 * Tasks in order: what a program asks of the device happens in the order in which it was asked, although some of it has
 * to wait (for a pipeline, for a routine's inputs, for a new device).
 *
 * Invariant: while nothing waits, a task runs inside the call that asks for it, so a program whose pipelines are ready
 * pays nothing for the order.
 */

/** Something to do. A promise makes the tasks after it wait. It handles its own failures. */
export type Task = () => void | Promise<void>;

export interface Tasks {
  run(task: Task): void;
  /** Resolves when everything asked for so far is done. */
  settled(): Promise<void>;
}

export function createTasks(): Tasks {
  const waiting: Task[] = [];
  let isBusy = false;

  const start = (task: Task): void => {
    const pending = task();
    if (pending === undefined) return;
    isBusy = true;
    void pending.finally(drain);
  };
  const drain = (): void => {
    isBusy = false;
    while (!isBusy && waiting.length > 0) start(waiting.shift()!);
  };
  const run = (task: Task): void => {
    if (isBusy) waiting.push(task);
    else start(task);
  };
  return { run, settled: () => new Promise((resolve) => run(resolve)) };
}
