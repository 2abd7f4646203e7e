/**
 * Hooks of modules: functions of a user that see, and may replace, what goes into `forward`, what comes out, and the
 * gradients of both.
 *
 * Gradients are caught by two functions that give back what they are given: one around the inputs, one around the outputs.
 * The outer one notes the gradients of the outputs, the inner one shows them to the hooks with those of the inputs.
 *
 * Invariant: a module without hooks runs `forward` and nothing else.
 *
 * Reference: https://pytorch.org/docs/stable/generated/torch.nn.modules.module.register_module_forward_hook.html
 */
import { ArgumentError, AutogradFunction, describe, isTensor, removable, type FunctionContext, type RemovableHandle, type Tensor } from '@sconce/core';
import { calling, type Module } from './index.js';

/** Gradients of inputs or outputs; null where there is none. */
export type GradientList = readonly (Tensor | null)[];

/** Sees the inputs before `forward`; what it returns, one value or all in an array, takes their place. */
export type ForwardPreHook = (module: Module, inputs: readonly unknown[]) => unknown;
/** Sees inputs and output after `forward`; what it returns takes the output's place. */
export type ForwardHook = (module: Module, inputs: readonly unknown[], output: unknown) => unknown;
/** Sees the gradients once those of the inputs are known; what it returns takes their place. */
export type BackwardHook = (module: Module, gradInput: GradientList, gradOutput: GradientList) => Tensor | GradientList | null | undefined | void;

interface Hooks {
  readonly before: Set<{ readonly hook: ForwardPreHook }>;
  readonly after: Set<{ readonly hook: ForwardHook }>;
  readonly backward: Set<{ readonly hook: BackwardHook }>;
}

const hooksOf = new WeakMap<Module, Hooks>();

/** Adds a hook of one kind. */
export function addHook<K extends keyof Hooks>(module: Module, kind: K, hook: Hooks[K] extends Set<{ readonly hook: infer H }> ? H : never): RemovableHandle {
  if (typeof hook !== 'function') throw new ArgumentError(`${module.constructor.name}: a hook must be a function, got ${describe(hook)}.`);
  const hooks = hooksOf.get(module) ?? { before: new Set(), after: new Set(), backward: new Set() };
  hooksOf.set(module, hooks);
  calling.run = withHooks;
  return removable(hooks[kind] as Set<{ readonly hook: unknown }>, { hook });
}

/** Replaces the tensors among some values, or in an array that is the value. */
function mapTensors(value: unknown, tensors: readonly Tensor[]): unknown {
  const rest = [...tensors];
  const next = (x: unknown): unknown => (isTensor(x) ? rest.shift() : x);
  return Array.isArray(value) ? value.map(next) : next(value);
}
const tensorsIn = (value: unknown): Tensor[] => (Array.isArray(value) ? value : [value]).filter(isTensor);

/** Calls `forward` with the hooks around it. */
function withHooks(module: Module, inputs: readonly unknown[], forward: (inputs: readonly unknown[]) => unknown): unknown {
  const hooks = hooksOf.get(module);
  if (hooks === undefined) return forward(inputs);
  let given = inputs;
  for (const { hook } of hooks.before) {
    const replaced = hook(module, given) ?? given;
    given = Array.isArray(replaced) ? (replaced as readonly unknown[]) : [replaced];
  }
  const watch = hooks.backward.size > 0 ? watchGradients(module, [...hooks.backward].map(({ hook }) => hook)) : null;
  let output = forward(watch === null ? given : watch.inputs(given));
  for (const { hook } of hooks.after) output = hook(module, given, output) ?? output;
  return watch === null ? output : watch.outputs(output);
}

// ── gradients ────────────────────────────────────────────────────────────────────────────────────────────────────────

interface Watch {
  readonly inputs: (inputs: readonly unknown[]) => readonly unknown[];
  readonly outputs: (output: unknown) => unknown;
}

function watchGradients(module: Module, hooks: readonly BackwardHook[]): Watch {
  let gradOutput: GradientList = [];
  let hasInputs = false;
  const show = (gradInput: GradientList): GradientList =>
    hooks.reduce<GradientList>((g, hook) => {
      const replaced = hook(module, g, gradOutput) ?? g;
      return isTensor(replaced) ? [replaced] : replaced;
    }, gradInput);

  class InputGradients extends AutogradFunction {
    static forward(_ctx: FunctionContext, ...tensors: readonly Tensor[]): readonly Tensor[] {
      return tensors;
    }
    static backward(ctx: FunctionContext, ...gradInput: readonly Tensor[]): GradientList {
      return show(gradInput.map((g, i) => (ctx.needsInputGrad[i] ? g : null)));
    }
  }
  class OutputGradients extends AutogradFunction {
    static forward(_ctx: FunctionContext, ...tensors: readonly Tensor[]): readonly Tensor[] {
      return tensors;
    }
    static backward(_ctx: FunctionContext, ...gradients: readonly Tensor[]): GradientList {
      gradOutput = gradients;
      if (!hasInputs) show([null]);
      return gradients;
    }
  }
  return {
    inputs: (inputs) => {
      const tensors = tensorsIn(inputs);
      hasInputs = tensors.some((t) => t.requiresGrad);
      return hasInputs ? (mapTensors(inputs, InputGradients.apply(...tensors)) as readonly unknown[]) : inputs;
    },
    outputs: (output) => {
      const tensors = tensorsIn(output);
      return tensors.length === 0 ? output : mapTensors(output, OutputGradients.apply(...tensors));
    },
  };
}
