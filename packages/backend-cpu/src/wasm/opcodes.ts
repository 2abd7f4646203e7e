/**
 * The instructions of WebAssembly by name, as its text format spells them, and their opcodes.
 *
 * A row of the table gives the first opcode and the names that follow it in opcode order, so the table is about as
 * short as the language is regular: numeric, saturating, SIMD mostly on lanes of 32 and 64 bits, fused multiply-add.
 * What a name says about operands and immediates is read out of the name, in `instruction.ts`. Structured control, locals
 * and calls are nodes of their own. What no kernel and no test of the engine uses is not here: every page loads the table.
 *
 * Invariant: `Op` is exactly the set of names that `opcode` knows.
 *
 * Reference: WebAssembly core specification 3.0, section 5.4, instructions; the threads proposal for the prefix 0xfe.
 */
const INT_COMPARE = 'eq ne lt_s lt_u gt_s gt_u le_s le_u ge_s ge_u';
const FLOAT_COMPARE = 'eq ne lt gt le ge';

/**
 * [first opcode, subjects, words]: for each subject, each word is an instruction `subject.word`; `-` is a hole.
 * An opcode is the prefix byte, where there is one, before three hex digits.
 */
const TABLE = [
  [0x28, 'i32 i64 f32 f64', 'load'],
  [0x2c, 'i32', 'load8_s load8_u - load16_u'],
  [0x36, 'i32 i64 f32 f64', 'store'],
  [0x3a, 'i32', 'store8 store16'],
  [0x3e, 'i64', 'store32'],
  [0x41, 'i32 i64 f32 f64', 'const'],
  [0x45, 'i32 i64', `eqz ${INT_COMPARE}`],
  [0x5b, 'f32 f64', FLOAT_COMPARE],
  [0x67, 'i32 i64', '- - - add sub mul div_s div_u rem_s rem_u and or xor shl shr_s shr_u - -'],
  [0x8b, 'f32 f64', 'abs neg ceil floor trunc nearest sqrt add sub mul div min max -'],
  [0xa7, 'i32', 'wrap_i64'],
  [0xac, 'i64', 'extend_i32_s extend_i32_u'],
  [0xb2, 'f32', 'convert_i32_s - convert_i64_s - demote_f64'],
  [0xb7, 'f64', 'convert_i32_s - convert_i64_s - promote_f32'],
  [0xbc, 'i32', 'reinterpret_f32'],
  [0xbd, 'i64', 'reinterpret_f64'],
  [0xbe, 'f32', 'reinterpret_i32'],
  [0xbf, 'f64', 'reinterpret_i64'],
  [0xfc000, 'i32 i64', 'trunc_sat_f32_s - trunc_sat_f64_s -'],
  [0xfd000, 'v128', 'load - - - load16x4_u'],
  [0xfd009, 'v128', 'load32_splat load64_splat store const'],
  [0xfd00d, 'i8x16', 'shuffle'],
  [0xfd00f, 'i8x16 i16x8 i32x4 i64x2 f32x4 f64x2', 'splat'],
  [0xfd01b, 'i32x4 i64x2 f32x4 f64x2', 'extract_lane replace_lane'],
  [0xfd037, 'i32x4', INT_COMPARE],
  [0xfd041, 'f32x4 f64x2', FLOAT_COMPARE],
  [0xfd04d, 'v128', 'not and - or xor bitselect any_true'],
  [0xfd056, 'v128', 'load32_lane load64_lane - - store32_lane store64_lane'],
  [0xfd05c, 'v128', 'load32_zero load64_zero'],
  [0xfd05e, 'f32x4', 'demote_f64x2_zero'],
  [0xfd05f, 'f64x2', 'promote_low_f32x4'],
  [0xfd067, 'f32x4', 'ceil floor trunc nearest'],
  [0xfd074, 'f64x2', 'ceil floor'],
  [0xfd07a, 'f64x2', 'trunc'],
  [0xfd087, 'i16x8', 'extend_low_i8x16_s - extend_low_i8x16_u'],
  [0xfd094, 'f64x2', 'nearest'],
  [0xfd0a0, 'i32x4', 'abs neg - all_true'],
  [0xfd0a7, 'i32x4', 'extend_low_i16x8_s - extend_low_i16x8_u'],
  [0xfd0ab, 'i32x4', 'shl shr_s shr_u add - - sub - - - mul min_s min_u max_s max_u'],
  [0xfd0c0, 'i64x2', 'abs neg'],
  [0xfd0c7, 'i64x2', 'extend_low_i32x4_s extend_high_i32x4_s'],
  [0xfd0cb, 'i64x2', 'shl shr_s shr_u add - - sub - - - mul eq ne lt_s gt_s le_s ge_s'],
  [0xfd0de, 'i64x2', 'extmul_low_i32x4_u extmul_high_i32x4_u'],
  [0xfd0e0, 'f32x4 f64x2', 'abs neg - sqrt add sub mul div min max pmin pmax'],
  [0xfd0f8, 'i32x4', 'trunc_sat_f32x4_s'],
  [0xfd0fa, 'f32x4', 'convert_i32x4_s'],
  [0xfd0fc, 'i32x4', 'trunc_sat_f64x2_s_zero'],
  [0xfd0fe, 'f64x2', 'convert_low_i32x4_s'],
  [0xfd105, 'f32x4 f64x2', 'relaxed_madd relaxed_nmadd'],
  [0xfe010, 'i32', 'atomic.load'],
] as const;

type Words<S extends string, Found = never> = S extends `${infer Word} ${infer Rest}`
  ? Words<Rest, Found | Word>
  : Exclude<Found | S, '-'>;

type NamesOf<Row> = Row extends readonly [number, infer Subjects extends string, infer Names extends string]
  ? `${Words<Subjects>}.${Words<Names>}`
  : never;

/** The name of an instruction, such as 'f32x4.add', 'v128.load32_splat' or 'memory.atomic.wait32'. */
export type Op = NamesOf<(typeof TABLE)[number]>;

function buildOpcodes(): Map<Op, number> {
  const codes = new Map<Op, number>();
  for (const [first, subjects, words] of TABLE) {
    let code: number = first;
    for (const subject of subjects.split(' ')) {
      for (const word of words.split(' ')) {
        if (word !== '-') codes.set(`${subject}.${word}` as Op, code);
        code += 1;
      }
    }
  }
  return codes;
}

let table: Map<Op, number> | undefined;

/** Every instruction with its opcode, built when it is first asked for. */
export function opcodes(): ReadonlyMap<Op, number> {
  return (table ??= buildOpcodes());
}
