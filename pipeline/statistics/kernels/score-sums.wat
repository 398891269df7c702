;; Sums over rows of a signal x, times what a fit leaves of each row (r), the row's weight (w), and that times the prediction
;; (p): Σ r·x, Σ w·x, Σ p·x and Σ w·x·x. Four rows at a time; x is float64, the others are float32.
(module
  (import "host" "memory" (memory 0))
  (func $store (param $to i32) (param $one v128) (param $other v128)
    (local $pair v128)
    (local.set $pair (f64x2.add (local.get $one) (local.get $other)))
    (f64.store (local.get $to)
      (f64.add (f64x2.extract_lane 0 (local.get $pair)) (f64x2.extract_lane 1 (local.get $pair)))))
  (func (export "scoreSums")
    (param $x i32)   ;; address of the first row's x
    (param $end i32) ;; where x ends, a multiple of 32 bytes beyond the first
    (param $r i32) (param $w i32) (param $p i32)
    (param $to i32)  ;; address of the four sums
    (local $x0 v128) (local $x1 v128) (local $wx0 v128) (local $wx1 v128)
    (local $r0 v128) (local $r1 v128) (local $w0 v128) (local $w1 v128)
    (local $p0 v128) (local $p1 v128) (local $s0 v128) (local $s1 v128)
    (loop $each
      (local.set $x0 (v128.load offset=0 (local.get $x)))
      (local.set $x1 (v128.load offset=16 (local.get $x)))
      (local.set $r0 (f64x2.add (local.get $r0)
        (f64x2.mul (local.get $x0) (f64x2.promote_low_f32x4 (v128.load64_zero offset=0 (local.get $r))))))
      (local.set $r1 (f64x2.add (local.get $r1)
        (f64x2.mul (local.get $x1) (f64x2.promote_low_f32x4 (v128.load64_zero offset=8 (local.get $r))))))
      (local.set $p0 (f64x2.add (local.get $p0)
        (f64x2.mul (local.get $x0) (f64x2.promote_low_f32x4 (v128.load64_zero offset=0 (local.get $p))))))
      (local.set $p1 (f64x2.add (local.get $p1)
        (f64x2.mul (local.get $x1) (f64x2.promote_low_f32x4 (v128.load64_zero offset=8 (local.get $p))))))
      (local.set $wx0
        (f64x2.mul (local.get $x0) (f64x2.promote_low_f32x4 (v128.load64_zero offset=0 (local.get $w)))))
      (local.set $wx1
        (f64x2.mul (local.get $x1) (f64x2.promote_low_f32x4 (v128.load64_zero offset=8 (local.get $w)))))
      (local.set $w0 (f64x2.add (local.get $w0) (local.get $wx0)))
      (local.set $w1 (f64x2.add (local.get $w1) (local.get $wx1)))
      (local.set $s0 (f64x2.add (local.get $s0) (f64x2.mul (local.get $wx0) (local.get $x0))))
      (local.set $s1 (f64x2.add (local.get $s1) (f64x2.mul (local.get $wx1) (local.get $x1))))
      (local.set $x (i32.add (local.get $x) (i32.const 32)))
      (local.set $r (i32.add (local.get $r) (i32.const 16)))
      (local.set $w (i32.add (local.get $w) (i32.const 16)))
      (local.set $p (i32.add (local.get $p) (i32.const 16)))
      (br_if $each (i32.lt_u (local.get $x) (local.get $end))))
    (call $store (local.get $to) (local.get $r0) (local.get $r1))
    (call $store (i32.add (local.get $to) (i32.const 8)) (local.get $w0) (local.get $w1))
    (call $store (i32.add (local.get $to) (i32.const 16)) (local.get $p0) (local.get $p1))
    (call $store (i32.add (local.get $to) (i32.const 24)) (local.get $s0) (local.get $s1))))
