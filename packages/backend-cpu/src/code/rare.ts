/**
 * Instructions that matter for few arguments, such as the sine of a large angle: each is a function of the module that
 * looks whether any of its lanes is such an argument and returns at once when none is.
 *
 * Invariant: where the row's `rare` holds, the function gives the instruction's value; elsewhere it gives anything.
 */
import type { DerivedInstruction } from '@sconce/core';
import type { FunctionCode } from '../wasm/index.js';
import { rareCase } from './expansion.js';
import { expansionPlace, type Frame } from './place.js';
import { printFunction } from './print.js';
import { giveBack, when } from './statement.js';
import { Translator } from './translate.js';

export function rareFunction(row: DerivedInstruction, fused: Frame['fused']): FunctionCode {
  const fail = (): never => {
    throw new TypeError(`${row.name}: an expansion has no loads, checks or calls.`);
  };
  return printFunction(row.name, { x: 'v128' }, 'v128', (t, { x }) => {
    const frame: Frame = { terms: t, slots: [], scalars: [], fused, native: fail, rare: fail, checked: fail, checkedFour: fail };
    const translator = new Translator(frame, expansionPlace([[x]]), true);
    const { holds, value } = rareCase(row);
    const condition = t.op('v128.any_true', translator.vector(holds)[0]);
    return [when(t.op('i32.eqz', condition), [giveBack(x)]), giveBack(translator.vector(value)[0])];
  });
}
