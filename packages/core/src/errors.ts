/**
 * Errors: every way in which a call can be wrong, as a class that a program can recognise.
 *
 * Invariant: a message says which operation, what it got, what it expected and what to do. Two copies of this
 * package recognise each other's errors, because `instanceof` asks for a registered brand and not for identity.
 *
 * Reference: Symbol.hasInstance, Symbol.for (ECMA-262).
 */

const BRAND = Symbol.for('sconce.error');

/** Base of all errors that Sconce throws on purpose. `error.kind` is the class name, stable across copies and minifiers. */
export class SconceError extends Error {
  static readonly kind: string = 'SconceError';

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = this.kind;
  }

  get kind(): string {
    return (this.constructor as typeof SconceError).kind;
  }

  get [BRAND](): readonly string[] {
    const kinds: string[] = [];
    for (let c = this.constructor as typeof SconceError; c.kind; c = Object.getPrototypeOf(c) as typeof SconceError) kinds.push(c.kind);
    return kinds;
  }

  static override [Symbol.hasInstance](value: unknown): boolean {
    const kinds = (value as { [BRAND]?: readonly string[] } | null | undefined)?.[BRAND];
    return kinds !== undefined && kinds.includes(this.kind);
  }
}

/** Shapes that do not fit each other or the operation. */
export class ShapeError extends SconceError {
  static override readonly kind: string = 'ShapeError';
}

/** A dtype that the operation or the device does not have. */
export class DTypeError extends SconceError {
  static override readonly kind: string = 'DTypeError';
}

/** An index, a dimension or a class label outside its range. */
export class IndexError extends SconceError {
  static override readonly kind: string = 'IndexError';
}

/** An argument of the wrong kind or value. */
export class ArgumentError extends SconceError {
  static override readonly kind: string = 'ArgumentError';
}

/** Gradients asked for where there are none: no graph, a non-scalar root, a graph already freed. */
export class AutogradError extends SconceError {
  static override readonly kind: string = 'AutogradError';
}

/** A device that does not exist, is not registered, or is mixed with another in one operation. */
export class DeviceError extends SconceError {
  static override readonly kind: string = 'DeviceError';
}

/** The device went away; the tensors that lived only there are lost. */
export class DeviceLostError extends DeviceError {
  static override readonly kind: string = 'DeviceLostError';
}

/** The device has no room for what was asked. */
export class OutOfMemoryError extends SconceError {
  static override readonly kind: string = 'OutOfMemoryError';
}

/** A worker thread of a backend died or could not be started. */
export class WorkerError extends SconceError {
  static override readonly kind: string = 'WorkerError';
}

/** A tensor that was disposed, or whose generation has passed, was used. */
export class DisposedError extends SconceError {
  static override readonly kind: string = 'DisposedError';
}

/** A state dict or file that does not match what it is loaded into. */
export class StateError extends SconceError {
  static override readonly kind: string = 'StateError';
}

/** A pass or a kernel produced something that its own rules forbid: a defect in Sconce or in a backend. */
export class InternalError extends SconceError {
  static override readonly kind: string = 'InternalError';
}
