/**
 * Stages that run in order: scans, which store the running combination, and scatters, which combine into elements that
 * data chooses.
 *
 * Invariant: along their own axes points run one after the other; lanes, where there are any, are grid points, and those
 * never touch the same element.
 */
import { loadOf, type DType, type InstructionName } from '@sconce/core';
import type { Kernel, ScanStage, ScatterStage, Stage } from '@sconce/compiler';
import { Fold } from '../../code/fold.js';
import type { PhaseFrame } from '../../code/kernel-module.js';
import type { Place } from '../../code/place.js';
import { comment, loop, type Statement } from '../../code/statement.js';
import { Translator } from '../../code/translate.js';
import { loopsOver, withAxis } from '../axes.js';

const JOIN: Readonly<Record<string, InstructionName>> = { sum: 'add', prod: 'mul', max: 'max', min: 'min' };

export function inOrderStatements(frame: PhaseFrame, kernel: Kernel, stage: ScanStage | ScatterStage, places: readonly Place[]): Statement[] {
  return stage.kind === 'scan' ? scan(frame, kernel, stage, places) : places.flatMap((p) => scatter(frame, kernel, stage, p));
}

function scan(frame: PhaseFrame, kernel: Kernel, stage: ScanStage, places: readonly Place[]): Statement[] {
  const { terms: t } = frame;
  const { axis, combine, value } = stage;
  const precision = combine === 'sum' && value.dtype === 'float32' ? 'double' : 'plain';
  const i = t.variable(axis.label, 'i32');
  const columns = places.map((place) => {
    const fold = new Fold(t, { combine, dtype: value.dtype, precision }, place.vector !== null, combine);
    const translator = new Translator(frame, { ...place, axes: withAxis(place.axes, axis, i) });
    return {
      start: fold.start(),
      step: [
        ...fold.take(translator.parts(value), () => [place.vector === null ? i : t.op('i32x4.splat', i)]),
        ...translator.storeParts(stage.slot, stage.index, fold.result()),
      ],
    };
  });
  return [
    comment(`running ${combine} over ${axis.label}:${axis.extent} into ${kernel.buffers[stage.slot].label}`),
    ...columns.flatMap((c) => c.start),
    loop(i, t.i32(0), t.i32(axis.extent), 1, columns.flatMap((c) => c.step)),
  ];
}

/** One step of a store or a scatter. */
export function plainStage(frame: PhaseFrame, kernel: Kernel, stage: Stage, place: Place): Statement[] {
  if (stage.kind === 'reduce' || stage.kind === 'scan') return [];
  const translator = new Translator(frame, place);
  if (stage.kind === 'store' || stage.combine === 'set') return translator.store(stage.slot, stage.index, stage.value);
  const current = loadOf(stage.slot, kernel.buffers[stage.slot].storage as DType, stage.index);
  return translator.store(stage.slot, stage.index, { op: JOIN[stage.combine], dtype: stage.value.dtype, args: [current, stage.value] });
}

function scatter(frame: PhaseFrame, kernel: Kernel, stage: ScatterStage, place: Place): Statement[] {
  const loops = loopsOver(frame.terms, stage.axes, place.axes, (axes) => plainStage(frame, kernel, stage, { ...place, axes }));
  const over = stage.axes.map((a) => `${a.label}:${a.extent}`).join(' ');
  return [comment(`in order over ${over}: ${stage.combine} into ${kernel.buffers[stage.slot].label}`), ...loops];
}
