;; Coordinate descent to a lasso: of each free feature in turn the coefficient that is best while the others stand still. All
;; numbers are float64. Every number is computed as a plain loop would, in the same order.
(module
  (import "host" "memory" (memory 0))
  (func (export "descend")
    (param $free i32)         ;; address of the first free feature's number, a word
    (param $free_end i32)     ;; where they end, beyond the first
    (param $covariances i32)  ;; address of the features' covariances, a row for each
    (param $row_bytes i32)    ;; of such a row, a multiple of 16
    (param $coefficients i32) ;; address of a number for each feature
    (param $gradient i32)     ;; as long as a row
    (param $penalty f64)
    (param $tolerance f64)    ;; a sweep in which nothing moves by more than this standard deviation is the last
    (param $sweeps i32)       ;; at most, at least one
    (local $place i32) (local $feature i32) (local $row i32) (local $at i32)
    (local $variance f64) (local $alone f64) (local $change f64) (local $largest f64) (local $both v128)
    (block $done
      (loop $sweep
        (local.set $largest (f64.const 0))
        (local.set $place (local.get $free))
        (loop $each
          (local.set $feature (i32.load (local.get $place)))
          (local.set $row
            (i32.add (local.get $covariances) (i32.mul (local.get $feature) (local.get $row_bytes))))
          (local.set $at (i32.shl (local.get $feature) (i32.const 3)))
          (local.set $variance (f64.load (i32.add (local.get $row) (local.get $at))))
          (local.set $alone
            (f64.add
              (f64.load (i32.add (local.get $gradient) (local.get $at)))
              (f64.mul (local.get $variance) (f64.load (i32.add (local.get $coefficients) (local.get $at))))))
          ;; Towards zero by the penalty, and not beyond it.
          (local.set $change
            (f64.sub
              (f64.div
                (f64.copysign
                  (f64.max (f64.const 0) (f64.sub (f64.abs (local.get $alone)) (local.get $penalty)))
                  (local.get $alone))
                (local.get $variance))
              (f64.load (i32.add (local.get $coefficients) (local.get $at)))))
          (if (f64.ne (local.get $change) (f64.const 0))
            (then
              (f64.store (i32.add (local.get $coefficients) (local.get $at))
                (f64.add (f64.load (i32.add (local.get $coefficients) (local.get $at))) (local.get $change)))
              (local.set $both (f64x2.splat (local.get $change)))
              (local.set $at (i32.const 0))
              (loop $others
                (v128.store (i32.add (local.get $gradient) (local.get $at))
                  (f64x2.sub
                    (v128.load (i32.add (local.get $gradient) (local.get $at)))
                    (f64x2.mul (local.get $both) (v128.load (i32.add (local.get $row) (local.get $at))))))
                (local.set $at (i32.add (local.get $at) (i32.const 16)))
                (br_if $others (i32.lt_u (local.get $at) (local.get $row_bytes))))
              (local.set $largest
                (f64.max
                  (local.get $largest)
                  (f64.mul (f64.abs (local.get $change)) (f64.sqrt (local.get $variance)))))))
          (local.set $place (i32.add (local.get $place) (i32.const 4)))
          (br_if $each (i32.lt_u (local.get $place) (local.get $free_end))))
        (br_if $done (f64.le (local.get $largest) (local.get $tolerance)))
        (local.set $sweeps (i32.sub (local.get $sweeps) (i32.const 1)))
        (br_if $sweep (local.get $sweeps))))))
