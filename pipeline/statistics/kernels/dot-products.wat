;; Σ x·y of two series of 16-bit numbers in runs, each run of x with some run of y, 32 numbers of each at a time. Four products add up to a 32-bit word; where all of a
;; series' products fit four words these are widened once, at the end.
(module
  (import "host" "memory" (memory 0))

  (func $dotInWords
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

  (func $dot
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
      (i64.add (i64x2.extract_lane 0 (local.get $low)) (i64x2.extract_lane 1 (local.get $low)))))

  (func (export "sums")
    (param $runs i32)     ;; address of the first run: the address of its x, and how many bytes this takes
    (param $runs_end i32) ;; where the runs end, beyond the first
    (param $y i32)        ;; address of y
    (param $shift i32)    ;; address of the first shift: how far into y lies what each run is multiplied with
    (param $end i32)      ;; where the shifts end, beyond the first
    (param $in_words i32) ;; whether all of a run's products fit four words
    (param $to i32)       ;; address of the first shift's sum
    (local $run i32) (local $from i32) (local $sum f64)
    (loop $shifts
      (local.set $sum (f64.const 0))
      (local.set $run (local.get $runs))
      (loop $each
        (local.set $from (i32.add (local.get $y) (i32.load (local.get $shift))))
        (local.set $sum
          (f64.add
            (local.get $sum)
            (if (result f64) (local.get $in_words)
              (then
                (call $dotInWords
                  (i32.load (local.get $run))
                  (local.get $from)
                  (i32.add (local.get $from) (i32.load offset=4 (local.get $run)))))
              (else
                (call $dot
                  (i32.load (local.get $run))
                  (local.get $from)
                  (i32.add (local.get $from) (i32.load offset=4 (local.get $run))))))))
        (local.set $shift (i32.add (local.get $shift) (i32.const 4)))
        (local.set $run (i32.add (local.get $run) (i32.const 8)))
        (br_if $each (i32.lt_u (local.get $run) (local.get $runs_end))))
      (f64.store (local.get $to) (local.get $sum))
      (local.set $to (i32.add (local.get $to) (i32.const 8)))
      (br_if $shifts (i32.lt_u (local.get $shift) (local.get $end))))))
