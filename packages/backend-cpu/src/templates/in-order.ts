/**
 * Stages that run in order: scans, which store the running combination, and scatters, which combine into elements that
 * data chooses.
 *
 * Invariant: along their own axes points run one after the other; lanes, where there are any, are grid points, and those
 * never touch the same element.
 */
import { loadOf, type DType, type InstructionName } from '@sconce/core';
import type { Kernel, ScanStage, ScatterStage } from '@sconce/compiler';
import { Fold } from '../code/fold.js';
import type { PhaseFrame } from '../code/kernel-module.js';
import { comment, loop, type Statement } from '../code/statement.js';
import { Translator, type AxisValue, type Place } from '../code/translate.js';

const JOIN: Readonly<Record<string, InstructionName>> = { sum: 'add', prod: 'mul', max: 'max', min: 'min' };

export function inOrderStatements(frame: PhaseFrame, kernel: Kernel, stage: ScanStage | ScatterStage, places: readonly Place[]): Statement[] {
  return places.flatMap((p) => (stage.kind === 'scan' ? scan(frame, kernel, stage, p) : scatter(frame, kernel, stage, p)));
}

function scan(frame: PhaseFrame, kernel: Kernel, stage: ScanStage, place: Place): Statement[] {
  const { terms: t } = frame;
  const { axis, combine, value } = stage;
  const precision = combine === 'sum' && value.dtype === 'float32' ? 'double' : 'plain';
  const fold = new Fold(t, { combine, dtype: value.dtype, precision }, place.vector !== null, combine);
  const i = t.variable(axis.label, 'i32');
  const here: Place = { ...place, axes: new Map([...place.axes, [axis.id, { term: i, plus: 0 }]]) };
  const translator = new Translator(frame, here);
  const taken = here.vector === null ? [translator.scalar(value)] : translator.vector(value);
  const position = (): ReturnType<Translator['vector']> => [here.vector === null ? i : t.op('i32x4.splat', i)];
  const result = fold.result();
  return [
    comment(`running ${combine} over ${axis.label}:${axis.extent} into ${kernel.buffers[stage.slot].label}`),
    ...fold.start(),
    loop(i, t.i32(0), t.i32(axis.extent), 1, [
      ...fold.take(taken, position),
      ...translator.storeTerms(stage.slot, stage.index, here.vector === null ? result[0] : result),
    ]),
  ];
}

function scatter(frame: PhaseFrame, kernel: Kernel, stage: ScatterStage, place: Place): Statement[] {
  const { terms: t } = frame;
  const { storage } = kernel.buffers[stage.slot];
  const current = loadOf(stage.slot, storage as DType, stage.index);
  const value = stage.combine === 'set' ? stage.value : { op: JOIN[stage.combine], dtype: stage.value.dtype, args: [current, stage.value] };
  const loops = (depth: number, values: ReadonlyMap<number, AxisValue>): Statement[] => {
    if (depth === stage.axes.length) {
      const here: Place = { ...place, axes: new Map([...place.axes, ...values]) };
      return new Translator(frame, here).store(stage.slot, stage.index, value);
    }
    const axis = stage.axes[depth];
    const i = t.variable(axis.label, 'i32');
    return [loop(i, t.i32(0), t.i32(axis.extent), 1, loops(depth + 1, new Map([...values, [axis.id, { term: i, plus: 0 }]])))];
  };
  const over = (stage).axes.map((a) => `${a.label}:${a.extent}`).join(' ');
  return [comment(`in order over ${over}: ${stage.combine} into ${kernel.buffers[stage.slot].label}`), ...loops(0, new Map())];
}
