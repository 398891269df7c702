;; What is done with a network's weights between two windows of training. Weights and gradients are float32, arithmetic
;; is float64 and rounded once, as JavaScript's is. Arrays begin at multiples of 16 bytes; what lies between the end of one and the
;; next such multiple counts for nothing, and is written too.
(module
  (import "host" "memory" (memory 0))

  ;; A mask of dropout from xoroshiro128+ (Blackman and Vigna 2018). The low and the high half of a random number decide one
  ;; entry each.
  (func (export "draw")
    (param $state i32) ;; address of the generator's state, two 64-bit words; goes on
    (param $mask i32)  ;; address
    (param $end i32)   ;; where the mask ends, beyond its beginning
    (param $keep i32)  ;; address of what an entry is that is kept, a float32; the others are 0
    (param $bound i32) ;; below which a half drops its entry, up to 65,536
    (local $first i64) (local $second i64) (local $bits i32) (local $kept i32)
    (local.set $kept (i32.load (local.get $keep)))
    (local.set $first (i64.load offset=0 (local.get $state)))
    (local.set $second (i64.load offset=8 (local.get $state)))
    (loop $pairs
      (local.set $bits (i32.wrap_i64 (i64.add (local.get $first) (local.get $second))))
      (local.set $second (i64.xor (local.get $second) (local.get $first)))
      (local.set $first
        (i64.xor
          (i64.xor (i64.rotl (local.get $first) (i64.const 24)) (local.get $second))
          (i64.shl (local.get $second) (i64.const 16))))
      (local.set $second (i64.rotl (local.get $second) (i64.const 37)))
      ;; All ones where the half is not below the bound, for which no branch need be guessed.
      (i32.store offset=0 (local.get $mask)
        (i32.and (local.get $kept)
          (i32.shr_s
            (i32.sub (i32.sub (local.get $bound) (i32.const 1)) (i32.and (local.get $bits) (i32.const 0xffff)))
            (i32.const 31))))
      (i32.store offset=4 (local.get $mask)
        (i32.and (local.get $kept)
          (i32.shr_s
            (i32.sub (i32.sub (local.get $bound) (i32.const 1)) (i32.shr_u (local.get $bits) (i32.const 16)))
            (i32.const 31))))
      (local.set $mask (i32.add (local.get $mask) (i32.const 8)))
      (br_if $pairs (i32.lt_u (local.get $mask) (local.get $end))))
    (i64.store offset=0 (local.get $state) (local.get $first))
    (i64.store offset=8 (local.get $state) (local.get $second)))

  ;; Element by element.
  (func (export "multiply")
    (param $product i32) (param $x i32) (param $y i32)
    (param $end i32) ;; where x ends, beyond its beginning
    (loop $values
      (v128.store (local.get $product) (f32x4.mul (v128.load (local.get $x)) (v128.load (local.get $y))))
      (local.set $product (i32.add (local.get $product) (i32.const 16)))
      (local.set $y (i32.add (local.get $y) (i32.const 16)))
      (local.set $x (i32.add (local.get $x) (i32.const 16)))
      (br_if $values (i32.lt_u (local.get $x) (local.get $end)))))

  ;; Adds the squares to a sum, one after the other.
  (func (export "addSquares")
    (param $x i32) (param $end i32)
    (param $sum i32) ;; address of a float64
    (local $total f64) (local $value f64)
    (local.set $total (f64.load (local.get $sum)))
    (loop $values
      (local.set $value (f64.promote_f32 (f32.load (local.get $x))))
      (local.set $total (f64.add (local.get $total) (f64.mul (local.get $value) (local.get $value))))
      (local.set $x (i32.add (local.get $x) (i32.const 4)))
      (br_if $values (i32.lt_u (local.get $x) (local.get $end))))
    (f64.store (local.get $sum) (local.get $total)))

  ;; A step of Adam, and of the running average of the weights. Two weights at a time.
  (func (export "move")
    (param $weights i32)
    (param $end i32)     ;; where the weights end
    (param $first i32)   ;; address of the first moments
    (param $second i32)  ;; of the second moments
    (param $average i32) ;; of the averages
    (param $slopes i32)  ;; of the gradient
    (param $numbers i32) ;; of nine float64: scale, β1, 1 − β1, β2, 1 − β2, rate, floor, keep, 1 − keep
    (local $scale v128) (local $beta1 v128) (local $rest1 v128) (local $beta2 v128) (local $rest2 v128)
    (local $rate v128) (local $floor v128) (local $keep v128) (local $rest v128)
    (local $slope v128) (local $m v128) (local $v v128) (local $weight v128)
    (local.set $scale (v128.load64_splat offset=0 (local.get $numbers)))
    (local.set $beta1 (v128.load64_splat offset=8 (local.get $numbers)))
    (local.set $rest1 (v128.load64_splat offset=16 (local.get $numbers)))
    (local.set $beta2 (v128.load64_splat offset=24 (local.get $numbers)))
    (local.set $rest2 (v128.load64_splat offset=32 (local.get $numbers)))
    (local.set $rate (v128.load64_splat offset=40 (local.get $numbers)))
    (local.set $floor (v128.load64_splat offset=48 (local.get $numbers)))
    (local.set $keep (v128.load64_splat offset=56 (local.get $numbers)))
    (local.set $rest (v128.load64_splat offset=64 (local.get $numbers)))
    (loop $pairs
      (local.set $slope
        (f64x2.mul (f64x2.promote_low_f32x4 (v128.load64_zero (local.get $slopes))) (local.get $scale)))
      (local.set $m
        (f64x2.add
          (f64x2.mul (local.get $beta1) (f64x2.promote_low_f32x4 (v128.load64_zero (local.get $first))))
          (f64x2.mul (local.get $rest1) (local.get $slope))))
      (local.set $v
        (f64x2.add
          (f64x2.mul (local.get $beta2) (f64x2.promote_low_f32x4 (v128.load64_zero (local.get $second))))
          (f64x2.mul (f64x2.mul (local.get $rest2) (local.get $slope)) (local.get $slope))))
      (v128.store64_lane 0 (local.get $first) (f32x4.demote_f64x2_zero (local.get $m)))
      (v128.store64_lane 0 (local.get $second) (f32x4.demote_f64x2_zero (local.get $v)))
      (local.set $weight
        (f64x2.sub
          (f64x2.promote_low_f32x4 (v128.load64_zero (local.get $weights)))
          (f64x2.div
            (f64x2.mul (local.get $rate) (local.get $m))
            (f64x2.add (f64x2.sqrt (local.get $v)) (local.get $floor)))))
      (v128.store64_lane 0 (local.get $weights) (f32x4.demote_f64x2_zero (local.get $weight)))
      (v128.store64_lane 0 (local.get $average)
        (f32x4.demote_f64x2_zero
          (f64x2.add
            (f64x2.mul (local.get $keep) (f64x2.promote_low_f32x4 (v128.load64_zero (local.get $average))))
            (f64x2.mul (local.get $rest) (local.get $weight)))))
      (local.set $first (i32.add (local.get $first) (i32.const 8)))
      (local.set $second (i32.add (local.get $second) (i32.const 8)))
      (local.set $average (i32.add (local.get $average) (i32.const 8)))
      (local.set $slopes (i32.add (local.get $slopes) (i32.const 8)))
      (local.set $weights (i32.add (local.get $weights) (i32.const 8)))
      (br_if $pairs (i32.lt_u (local.get $weights) (local.get $end))))))
