;; A logistic regression of a label y, 0 or 1, on two numbers z and x: η = a + b·z + c·x. Two rows at a time; all numbers are
;; float64. The last row is alone where the rows are odd, and then what lies after it counts for nothing.
(module
  (import "host" "memory" (memory 0))

  ;; e^t of t ≤ 0, to 1e-11 of itself: 2^n · e^r with |r| at most half of ln 2, and Taylor's series of that.
  (func $exp (param $t v128) (result v128)
    (local $n v128) (local $r v128)
    (local.set $t (f64x2.max (local.get $t) (v128.const f64x2 -700 -700)))
    (local.set $n (f64x2.nearest (f64x2.mul (local.get $t) (v128.const f64x2 1.4426950408889634 1.4426950408889634))))
    (local.set $r
      (f64x2.sub
        (f64x2.sub (local.get $t)
          (f64x2.mul (local.get $n) (v128.const f64x2 0.6931471803691238 0.6931471803691238)))
        (f64x2.mul (local.get $n) (v128.const f64x2 1.9082149292705877e-10 1.9082149292705877e-10))))
    (f64x2.mul
      (i64x2.shl
        (i64x2.add
          (i64x2.extend_low_i32x4_s (i32x4.trunc_sat_f64x2_s_zero (local.get $n)))
          (v128.const i64x2 1023 1023))
        (i32.const 52))
      (f64x2.add (v128.const f64x2 1 1) (f64x2.mul (local.get $r)
      (f64x2.add (v128.const f64x2 1 1) (f64x2.mul (local.get $r)
      (f64x2.add (v128.const f64x2 0.5 0.5) (f64x2.mul (local.get $r)
      (f64x2.add (v128.const f64x2 0.16666666666666666 0.16666666666666666) (f64x2.mul (local.get $r)
      (f64x2.add (v128.const f64x2 0.041666666666666664 0.041666666666666664) (f64x2.mul (local.get $r)
      (f64x2.add (v128.const f64x2 0.008333333333333333 0.008333333333333333) (f64x2.mul (local.get $r)
      (f64x2.add (v128.const f64x2 0.001388888888888889 0.001388888888888889) (f64x2.mul (local.get $r)
      (f64x2.add (v128.const f64x2 0.0001984126984126984 0.0001984126984126984) (f64x2.mul (local.get $r)
      (f64x2.add (v128.const f64x2 0.0000248015873015873 0.0000248015873015873) (f64x2.mul (local.get $r)
      (v128.const f64x2 0.0000027557319223985893 0.0000027557319223985893)))))))))))))))))))))

  ;; ln(1 + u) of 0 ≤ u ≤ 1, to 1e-11: 2·artanh(s) with s = u / (2 + u), and the series of that.
  (func $logOfOneAnd (param $u v128) (result v128)
    (local $s v128) (local $q v128)
    (local.set $s (f64x2.div (local.get $u) (f64x2.add (v128.const f64x2 2 2) (local.get $u))))
    (local.set $q (f64x2.mul (local.get $s) (local.get $s)))
    (f64x2.mul (f64x2.add (local.get $s) (local.get $s))
      (f64x2.add (v128.const f64x2 1 1) (f64x2.mul (local.get $q)
      (f64x2.add (v128.const f64x2 0.3333333333333333 0.3333333333333333) (f64x2.mul (local.get $q)
      (f64x2.add (v128.const f64x2 0.2 0.2) (f64x2.mul (local.get $q)
      (f64x2.add (v128.const f64x2 0.14285714285714285 0.14285714285714285) (f64x2.mul (local.get $q)
      (f64x2.add (v128.const f64x2 0.1111111111111111 0.1111111111111111) (f64x2.mul (local.get $q)
      (f64x2.add (v128.const f64x2 0.09090909090909091 0.09090909090909091) (f64x2.mul (local.get $q)
      (f64x2.add (v128.const f64x2 0.07692307692307693 0.07692307692307693) (f64x2.mul (local.get $q)
      (f64x2.add (v128.const f64x2 0.06666666666666667 0.06666666666666667) (f64x2.mul (local.get $q)
      (f64x2.add (v128.const f64x2 0.058823529411764705 0.058823529411764705) (f64x2.mul (local.get $q)
      (v128.const f64x2 0.05263157894736842 0.05263157894736842)))))))))))))))))))))

  ;; All bits of both lanes, or of the first alone where the second lies at or beyond the end.
  (func $counted (param $at i32) (param $end i32) (result v128)
    (i64x2.replace_lane 1 (v128.const i64x2 -1 -1)
      (i64.sub (i64.const 0)
        (i64.extend_i32_u (i32.lt_u (i32.add (local.get $at) (i32.const 8)) (local.get $end))))))

  ;; Half the deviance of two rows: max(0, ∓η) + ln(1 + e^−|η|), the sign against the label.
  (func $lossOf (param $eta v128) (param $y v128) (param $odds v128) (result v128)
    (f64x2.add
      (f64x2.max (v128.const f64x2 0 0)
        (f64x2.mul (local.get $eta)
          (f64x2.sub (v128.const f64x2 1 1) (f64x2.add (local.get $y) (local.get $y)))))
      (call $logOfOneAnd (local.get $odds))))

  (func $etaOf (param $z i32) (param $x i32) (param $a f64) (param $b f64) (param $c f64) (result v128)
    (f64x2.add (f64x2.splat (local.get $a))
      (f64x2.add
        (f64x2.mul (f64x2.splat (local.get $b)) (v128.load (local.get $z)))
        (f64x2.mul (f64x2.splat (local.get $c)) (v128.load (local.get $x))))))

  (func $sumOf (param $pair v128) (result f64)
    (f64.add (f64x2.extract_lane 0 (local.get $pair)) (f64x2.extract_lane 1 (local.get $pair))))

  (func (export "deviance")
    (param $y i32)   ;; address of the first row's label
    (param $end i32) ;; where the labels end
    (param $z i32) (param $x i32)
    (param $a f64) (param $b f64) (param $c f64) (result f64)
    (local $sum v128) (local $eta v128)
    (block $none
      (br_if $none (i32.ge_u (local.get $y) (local.get $end)))
      (loop $each
        (local.set $eta (call $etaOf (local.get $z) (local.get $x) (local.get $a) (local.get $b) (local.get $c)))
        (local.set $sum
          (f64x2.add (local.get $sum)
            (v128.and (call $counted (local.get $y) (local.get $end))
              (call $lossOf (local.get $eta) (v128.load (local.get $y))
                (call $exp (f64x2.neg (f64x2.abs (local.get $eta))))))))
        (local.set $y (i32.add (local.get $y) (i32.const 16)))
        (local.set $z (i32.add (local.get $z) (i32.const 16)))
        (local.set $x (i32.add (local.get $x) (i32.const 16)))
        (br_if $each (i32.lt_u (local.get $y) (local.get $end)))))
    (f64.mul (f64.const 2) (call $sumOf (local.get $sum))))

  ;; What a step of Newton's method needs, ten numbers: the deviance; the sums of the residuals, and of these times z and x;
  ;; and those of the weights times 1, z, z², x, z·x, x².
  (func (export "derivatives")
    (param $y i32) (param $end i32) (param $z i32) (param $x i32)
    (param $a f64) (param $b f64) (param $c f64)
    (param $to i32)  ;; address of the ten
    (local $eta v128) (local $odds v128) (local $expected v128) (local $mask v128)
    (local $left v128) (local $weight v128) (local $Z v128) (local $X v128) (local $wz v128) (local $wx v128)
    (local $deviance v128) (local $ga v128) (local $gb v128) (local $gc v128)
    (local $aa v128) (local $ab v128) (local $bb v128) (local $ac v128) (local $bc v128) (local $cc v128)
    (block $none
      (br_if $none (i32.ge_u (local.get $y) (local.get $end)))
      (loop $each
        (local.set $Z (v128.load (local.get $z)))
        (local.set $X (v128.load (local.get $x)))
        (local.set $mask (call $counted (local.get $y) (local.get $end)))
        (local.set $eta (call $etaOf (local.get $z) (local.get $x) (local.get $a) (local.get $b) (local.get $c)))
        (local.set $odds (call $exp (f64x2.neg (f64x2.abs (local.get $eta)))))
        ;; 1 / (1 + e^−η), by what does not overflow
        (local.set $expected
          (f64x2.div
            (v128.bitselect (local.get $odds) (v128.const f64x2 1 1)
              (f64x2.lt (local.get $eta) (v128.const f64x2 0 0)))
            (f64x2.add (v128.const f64x2 1 1) (local.get $odds))))
        (local.set $deviance
          (f64x2.add (local.get $deviance)
            (v128.and (local.get $mask)
              (call $lossOf (local.get $eta) (v128.load (local.get $y)) (local.get $odds)))))
        (local.set $left
          (v128.and (local.get $mask) (f64x2.sub (v128.load (local.get $y)) (local.get $expected))))
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
        (br_if $each (i32.lt_u (local.get $y) (local.get $end)))))
    (f64.store offset=0 (local.get $to) (f64.mul (f64.const 2) (call $sumOf (local.get $deviance))))
    (f64.store offset=8 (local.get $to) (call $sumOf (local.get $ga)))
    (f64.store offset=16 (local.get $to) (call $sumOf (local.get $gb)))
    (f64.store offset=24 (local.get $to) (call $sumOf (local.get $gc)))
    (f64.store offset=32 (local.get $to) (call $sumOf (local.get $aa)))
    (f64.store offset=40 (local.get $to) (call $sumOf (local.get $ab)))
    (f64.store offset=48 (local.get $to) (call $sumOf (local.get $bb)))
    (f64.store offset=56 (local.get $to) (call $sumOf (local.get $ac)))
    (f64.store offset=64 (local.get $to) (call $sumOf (local.get $bc)))
    (f64.store offset=72 (local.get $to) (call $sumOf (local.get $cc)))))
