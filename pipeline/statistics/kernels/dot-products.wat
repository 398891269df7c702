;; Σ x·y of two series of 16-bit numbers, 32 of each at a time. Four products add up to a 32-bit word; where all of a
;; series' products fit four words these are widened once, at the end.
(module
  (import "host" "memory" (memory 0))

  (func (export "dotInWords")
    (param $x i32)   ;; address
    (param $y i32)   ;; address
    (param $end i32) ;; where y ends, beyond its beginning
    (result f64)
    (local $words v128)
    (local $wide v128)
    (loop $steps
      (local.set $words
        (i32x4.add
          (local.get $words)
          (i32x4.add
            (i32x4.dot_i16x8_s
              (v128.load offset=0 align=1 (local.get $x)) (v128.load offset=0 align=1 (local.get $y)))
            (i32x4.dot_i16x8_s
              (v128.load offset=16 align=1 (local.get $x)) (v128.load offset=16 align=1 (local.get $y))))))
      (local.set $words
        (i32x4.add
          (local.get $words)
          (i32x4.add
            (i32x4.dot_i16x8_s
              (v128.load offset=32 align=1 (local.get $x)) (v128.load offset=32 align=1 (local.get $y)))
            (i32x4.dot_i16x8_s
              (v128.load offset=48 align=1 (local.get $x)) (v128.load offset=48 align=1 (local.get $y))))))
      (local.set $x (i32.add (local.get $x) (i32.const 64)))
      (local.set $y (i32.add (local.get $y) (i32.const 64)))
      (br_if $steps (i32.lt_u (local.get $y) (local.get $end))))
    (local.set $wide
      (i64x2.add
        (i64x2.extend_low_i32x4_s (local.get $words))
        (i64x2.extend_high_i32x4_s (local.get $words))))
    (f64.convert_i64_s
      (i64.add (i64x2.extract_lane 0 (local.get $wide)) (i64x2.extract_lane 1 (local.get $wide)))))

  (func (export "dot")
    (param $x i32) (param $y i32) (param $end i32) (result f64)
    (local $words v128)
    (local $low v128)
    (local $high v128)
    (loop $steps
      (local.set $words
        (i32x4.add
          (i32x4.dot_i16x8_s
            (v128.load offset=0 align=1 (local.get $x)) (v128.load offset=0 align=1 (local.get $y)))
          (i32x4.dot_i16x8_s
            (v128.load offset=16 align=1 (local.get $x)) (v128.load offset=16 align=1 (local.get $y)))))
      (local.set $low (i64x2.add (local.get $low) (i64x2.extend_low_i32x4_s (local.get $words))))
      (local.set $high (i64x2.add (local.get $high) (i64x2.extend_high_i32x4_s (local.get $words))))
      (local.set $words
        (i32x4.add
          (i32x4.dot_i16x8_s
            (v128.load offset=32 align=1 (local.get $x)) (v128.load offset=32 align=1 (local.get $y)))
          (i32x4.dot_i16x8_s
            (v128.load offset=48 align=1 (local.get $x)) (v128.load offset=48 align=1 (local.get $y)))))
      (local.set $low (i64x2.add (local.get $low) (i64x2.extend_low_i32x4_s (local.get $words))))
      (local.set $high (i64x2.add (local.get $high) (i64x2.extend_high_i32x4_s (local.get $words))))
      (local.set $x (i32.add (local.get $x) (i32.const 64)))
      (local.set $y (i32.add (local.get $y) (i32.const 64)))
      (br_if $steps (i32.lt_u (local.get $y) (local.get $end))))
    (local.set $low (i64x2.add (local.get $low) (local.get $high)))
    (f64.convert_i64_s
      (i64.add (i64x2.extract_lane 0 (local.get $low)) (i64x2.extract_lane 1 (local.get $low))))))
