;; What a step of Newton's method needs of a logistic regression of a label y, 0 or 1, on two numbers z and x:
;; η = a + b·z + c·x. Two rows at a time; all numbers are float64. The last row is alone where the rows are odd, and then what
;; lies after it counts for nothing.
;;
;; Half the deviance of a row is max(0, ∓η) + ln(1 + e^−|η|), the sign against the label. A logarithm a row would take most of
;; the time, so that the product of all (1 + e^−|η|) is returned instead, which is at most 2 for each row: it is finite for a
;; thousand rows.
(module
  (import "host" "memory" (memory 0))
  (func $sumOf (param $pair v128) (result f64)
    (f64.add (f64x2.extract_lane 0 (local.get $pair)) (f64x2.extract_lane 1 (local.get $pair))))
  (func $add (param $to i32) (param $pair v128)
    (f64.store (local.get $to) (f64.add (f64.load (local.get $to)) (call $sumOf (local.get $pair)))))
  (func (export "addDerivatives")
    (param $y i32)   ;; address of the first row's label; there is at least one row
    (param $end i32) ;; where the labels end
    (param $z i32) (param $x i32)
    (param $a f64) (param $b f64) (param $c f64)
    (param $to i32)  ;; address of ten sums that are added to: of max(0, ∓η); of the residuals, and of these times z and x;
                     ;; and of the weights times 1, z, z², x, z·x, x²
    (result f64)
    (local $A v128) (local $B v128) (local $C v128) (local $mask v128)
    (local $label v128) (local $Z v128) (local $X v128) (local $eta v128)
    (local $t v128) (local $n v128) (local $r v128) (local $odds v128) (local $expected v128)
    (local $left v128) (local $weight v128) (local $wz v128) (local $wx v128)
    (local $product v128) (local $miss v128) (local $ga v128) (local $gb v128) (local $gc v128)
    (local $aa v128) (local $ab v128) (local $bb v128) (local $ac v128) (local $bc v128) (local $cc v128)
    (local.set $A (f64x2.splat (local.get $a)))
    (local.set $B (f64x2.splat (local.get $b)))
    (local.set $C (f64x2.splat (local.get $c)))
    (local.set $product (v128.const f64x2 1 1))
    (loop $each
      ;; All bits of both lanes, or of the first alone where the second lies beyond the end.
      (local.set $mask
        (i64x2.replace_lane 1 (v128.const i64x2 -1 -1)
          (i64.sub (i64.const 0)
            (i64.extend_i32_u (i32.lt_u (i32.add (local.get $y) (i32.const 8)) (local.get $end))))))
      (local.set $label (v128.load (local.get $y)))
      (local.set $Z (v128.load (local.get $z)))
      (local.set $X (v128.load (local.get $x)))
      (local.set $eta
        (f64x2.add (local.get $A)
          (f64x2.add (f64x2.mul (local.get $B) (local.get $Z)) (f64x2.mul (local.get $C) (local.get $X)))))
      ;; e^t of t = −|η|, to 1e-11 of itself: 2^n · e^r with |r| at most half of ln 2, and Taylor's series of that, in pairs
      ;; of terms, which need not wait for each other.
      (local.set $t (f64x2.max (f64x2.neg (f64x2.abs (local.get $eta))) (v128.const f64x2 -700 -700)))
      (local.set $n (f64x2.nearest (f64x2.mul (local.get $t) (v128.const f64x2 1.4426950408889634 1.4426950408889634))))
      (local.set $r
        (f64x2.sub
          (f64x2.sub (local.get $t)
            (f64x2.mul (local.get $n) (v128.const f64x2 0.6931471803691238 0.6931471803691238)))
          (f64x2.mul (local.get $n) (v128.const f64x2 1.9082149292705877e-10 1.9082149292705877e-10))))
      (local.set $t (f64x2.mul (local.get $r) (local.get $r)))
      (local.set $odds
        (v128.and (local.get $mask)
          (f64x2.mul
            (i64x2.shl
              (i64x2.add
                (i64x2.extend_low_i32x4_s (i32x4.trunc_sat_f64x2_s_zero (local.get $n)))
                (v128.const i64x2 1023 1023))
              (i32.const 52))
            (f64x2.add
              (f64x2.add (v128.const f64x2 1 1) (local.get $r))
              (f64x2.mul (local.get $t)
                (f64x2.add
                  (f64x2.add (v128.const f64x2 0.5 0.5)
                    (f64x2.mul (local.get $r) (v128.const f64x2 0.16666666666666666 0.16666666666666666)))
                  (f64x2.mul (local.get $t)
                    (f64x2.add
                      (f64x2.add (v128.const f64x2 0.041666666666666664 0.041666666666666664)
                        (f64x2.mul (local.get $r) (v128.const f64x2 0.008333333333333333 0.008333333333333333)))
                      (f64x2.mul (local.get $t)
                        (f64x2.add
                          (f64x2.add (v128.const f64x2 0.001388888888888889 0.001388888888888889)
                            (f64x2.mul (local.get $r) (v128.const f64x2 0.0001984126984126984 0.0001984126984126984)))
                          (f64x2.mul (local.get $t)
                            (f64x2.add (v128.const f64x2 0.0000248015873015873 0.0000248015873015873)
                              (f64x2.mul (local.get $r)
                                (v128.const f64x2 0.0000027557319223985893 0.0000027557319223985893))))))))))))))
      (local.set $t (f64x2.add (v128.const f64x2 1 1) (local.get $odds)))
      (local.set $product (f64x2.mul (local.get $product) (local.get $t)))
      (local.set $miss
        (f64x2.add (local.get $miss)
          (v128.and (local.get $mask)
            (f64x2.max (v128.const f64x2 0 0)
              (f64x2.mul (local.get $eta)
                (f64x2.sub (v128.const f64x2 1 1) (f64x2.add (local.get $label) (local.get $label))))))))
      ;; 1 / (1 + e^−η), by what does not overflow
      (local.set $expected
        (f64x2.div
          (v128.bitselect (local.get $odds) (v128.const f64x2 1 1)
            (f64x2.lt (local.get $eta) (v128.const f64x2 0 0)))
          (local.get $t)))
      (local.set $left (v128.and (local.get $mask) (f64x2.sub (local.get $label) (local.get $expected))))
      (local.set $weight
        (v128.and (local.get $mask)
          (f64x2.mul (local.get $expected) (f64x2.sub (v128.const f64x2 1 1) (local.get $expected)))))
      (local.set $wz (f64x2.mul (local.get $weight) (local.get $Z)))
      (local.set $wx (f64x2.mul (local.get $weight) (local.get $X)))
      (local.set $ga (f64x2.add (local.get $ga) (local.get $left)))
      (local.set $gb (f64x2.add (local.get $gb) (f64x2.mul (local.get $left) (local.get $Z))))
      (local.set $gc (f64x2.add (local.get $gc) (f64x2.mul (local.get $left) (local.get $X))))
      (local.set $aa (f64x2.add (local.get $aa) (local.get $weight)))
      (local.set $ab (f64x2.add (local.get $ab) (local.get $wz)))
      (local.set $bb (f64x2.add (local.get $bb) (f64x2.mul (local.get $wz) (local.get $Z))))
      (local.set $ac (f64x2.add (local.get $ac) (local.get $wx)))
      (local.set $bc (f64x2.add (local.get $bc) (f64x2.mul (local.get $wx) (local.get $Z))))
      (local.set $cc (f64x2.add (local.get $cc) (f64x2.mul (local.get $wx) (local.get $X))))
      (local.set $y (i32.add (local.get $y) (i32.const 16)))
      (local.set $z (i32.add (local.get $z) (i32.const 16)))
      (local.set $x (i32.add (local.get $x) (i32.const 16)))
      (br_if $each (i32.lt_u (local.get $y) (local.get $end))))
    (call $add (local.get $to) (local.get $miss))
    (call $add (i32.add (local.get $to) (i32.const 8)) (local.get $ga))
    (call $add (i32.add (local.get $to) (i32.const 16)) (local.get $gb))
    (call $add (i32.add (local.get $to) (i32.const 24)) (local.get $gc))
    (call $add (i32.add (local.get $to) (i32.const 32)) (local.get $aa))
    (call $add (i32.add (local.get $to) (i32.const 40)) (local.get $ab))
    (call $add (i32.add (local.get $to) (i32.const 48)) (local.get $bb))
    (call $add (i32.add (local.get $to) (i32.const 56)) (local.get $ac))
    (call $add (i32.add (local.get $to) (i32.const 64)) (local.get $bc))
    (call $add (i32.add (local.get $to) (i32.const 72)) (local.get $cc))
    (f64.mul (f64x2.extract_lane 0 (local.get $product)) (f64x2.extract_lane 1 (local.get $product)))))
