import { expect, it } from 'vitest';
import { at, call, constant, laneOp, ModuleBuilder, op, select, tee } from './builder.js';
import { printFunction, printModule } from './wat.js';

it('prints a module', () => {
  const module = new ModuleBuilder();
  module.importMemory({ from: 'env', name: 'memory', minimum: 1, maximum: 16, shared: true });
  const exp = module.importFunction('math', 'exp', ['f64'], 'f64');
  const f = module.exportFunction('rows', { x: 'i32', rows: 'i32' }, 'f32');
  const { x, rows } = f.params;
  const best = f.let('best', constant('f32', -Infinity));
  f.comment('rows 0..m\n16 bytes each');
  f.for('row', 0, rows, 1, (row) => {
    const p = f.let('p', op('i32.add', x, op('i32.shl', row, 4)));
    const v = f.let('v', op('f32x4.max', op('v128.load', at(p, 32)), op('v128.load', p)));
    const bound = op('f32x4.relaxed_madd', v, 0.5, constant('f32x4', 1, -0, Number.NaN, 1e30));
    f.do(op('v128.store', p, op('v128.and', op('f32x4.lt', v, bound), op('f32x4.mul', v, v))));
    f.set(best, select(laneOp('f32x4.extract_lane', 3, v), best, op('i32.eqz', row)));
  });
  f.block('row', (leave) => {
    const p = f.let('p', constant('i32', 4));
    f.branchIf(leave, op('i32.lt_s', tee(p, op('i32.sub', p, 1)), 0));
    f.if(
      op('i32.eq', p, 2),
      () => f.do(call(exp, 1)),
      () => f.unreachable(),
    );
    f.branch(leave);
  });
  f.return(best);
  expect(printModule(module)).toMatchInlineSnapshot(`
    "(module
      (import "math" "exp" (func $exp (param f64) (result f64)))
      (import "env" "memory" (memory 1 16 shared))
      (func $rows (export "rows") (param $x i32) (param $rows i32) (result f32)
        (local $best f32) (local $row i32) (local $p i32) (local $v v128) (local $p_2 i32)
        (local.set $best (f32.const -inf))
        ;; rows 0..m
        ;; 16 bytes each
        (local.set $row (i32.const 0))
        (if (i32.lt_u (local.get $row) (local.get $rows))
          (then
            (loop $row
              (local.set $p (i32.add (local.get $x) (i32.shl (local.get $row) (i32.const 4))))
              (local.set $v (f32x4.max (v128.load offset=32 (local.get $p)) (v128.load (local.get $p))))
              (v128.store
                (local.get $p)
                (v128.and
                  (f32x4.lt
                    (local.get $v)
                    (f32x4.relaxed_madd
                      (local.get $v)
                      (f32x4.splat (f32.const 0.5))
                      (v128.const f32x4 1 -0 nan 1e+30)))
                  (f32x4.mul (local.get $v) (local.get $v))))
              (local.set $best
                (select
                  (f32x4.extract_lane 3 (local.get $v))
                  (local.get $best)
                  (i32.eqz (local.get $row))))
              (local.set $row (i32.add (local.get $row) (i32.const 1)))
              (br_if $row (i32.lt_u (local.get $row) (local.get $rows)))
            )
          )
        )
        (block $row_2
          (local.set $p_2 (i32.const 4))
          (br_if $row_2
            (i32.lt_s (local.tee $p_2 (i32.sub (local.get $p_2) (i32.const 1))) (i32.const 0)))
          (if (i32.eq (local.get $p_2) (i32.const 2))
            (then
              (drop (call $exp (f64.const 1)))
            )
            (else
              (unreachable)
            )
          )
          (br $row_2)
        )
        (return (local.get $best))
      )
    )
    "
  `);
});

it('prints a function alone', () => {
  const f = new ModuleBuilder().function('nothing at all', {}, 'none');
  f.return();
  expect(printFunction(f)).toBe('(func $nothing_at_all\n  (return)\n)');
});
