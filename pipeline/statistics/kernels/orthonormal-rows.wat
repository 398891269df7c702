;; Takes away from a row of numbers what lies along rows that are orthonormal, four of them after the other four: what lies
;; along four is summed up while what lay along the four before is taken away. The orthonormal rows lie in pairs, number by
;; number: a₀ b₀ a₁ b₁ …; all numbers are float64, and each sum is added up in the order of the row.
(module
  (import "host" "memory" (memory 0))
  (func (export "takeAway")
    (param $row i32)   ;; address of the row
    (param $end i32)   ;; where it ends
    (param $pairs i32) ;; address of the first pair of orthonormal rows
    (param $last i32)  ;; where the pairs end, two by two, beyond the first two
    (local $pair i32)  ;; bytes of a pair
    (local $at i32) (local $p i32) (local $q i32)
    (local $onAB v128) (local $onCD v128) (local $nextAB v128) (local $nextCD v128)
    (local $along v128) (local $other v128) (local $left f64) (local $value v128)
    (local.set $pair (i32.shl (i32.sub (local.get $end) (local.get $row)) (i32.const 1)))
    ;; What lies along the first four.
    (local.set $at (local.get $row))
    (local.set $p (local.get $pairs))
    (local.set $q (i32.add (local.get $pairs) (local.get $pair)))
    (loop $first
      (local.set $value (v128.load64_splat (local.get $at)))
      (local.set $onAB (f64x2.add (local.get $onAB) (f64x2.mul (local.get $value) (v128.load (local.get $p)))))
      (local.set $onCD (f64x2.add (local.get $onCD) (f64x2.mul (local.get $value) (v128.load (local.get $q)))))
      (local.set $p (i32.add (local.get $p) (i32.const 16)))
      (local.set $q (i32.add (local.get $q) (i32.const 16)))
      (local.set $at (i32.add (local.get $at) (i32.const 8)))
      (br_if $first (i32.lt_u (local.get $at) (local.get $end))))
    (loop $fours
      (local.set $at (local.get $row))
      (local.set $p (local.get $pairs))
      (local.set $q (i32.add (local.get $pairs) (local.get $pair)))
      (local.set $pairs (i32.add (local.get $q) (local.get $pair)))
      (local.set $nextAB (v128.const f64x2 0 0))
      (local.set $nextCD (v128.const f64x2 0 0))
      ;; After the last four come zeros, or what was there before: what lies along that is not used.
      (loop $numbers
        (local.set $along (f64x2.mul (local.get $onAB) (v128.load (local.get $p))))
        (local.set $other (f64x2.mul (local.get $onCD) (v128.load (local.get $q))))
        (local.set $left
          (f64.sub (f64.load (local.get $at))
            (f64.add
              (f64.add
                (f64.add (f64x2.extract_lane 0 (local.get $along)) (f64x2.extract_lane 1 (local.get $along)))
                (f64x2.extract_lane 0 (local.get $other)))
              (f64x2.extract_lane 1 (local.get $other)))))
        (f64.store (local.get $at) (local.get $left))
        (local.set $value (f64x2.splat (local.get $left)))
        (local.set $nextAB
          (f64x2.add (local.get $nextAB)
            (f64x2.mul (local.get $value)
              (v128.load (i32.add (local.get $p) (i32.shl (local.get $pair) (i32.const 1)))))))
        (local.set $nextCD
          (f64x2.add (local.get $nextCD)
            (f64x2.mul (local.get $value)
              (v128.load (i32.add (local.get $q) (i32.shl (local.get $pair) (i32.const 1)))))))
        (local.set $p (i32.add (local.get $p) (i32.const 16)))
        (local.set $q (i32.add (local.get $q) (i32.const 16)))
        (local.set $at (i32.add (local.get $at) (i32.const 8)))
        (br_if $numbers (i32.lt_u (local.get $at) (local.get $end))))
      (local.set $onAB (local.get $nextAB))
      (local.set $onCD (local.get $nextCD))
      (br_if $fours (i32.lt_u (local.get $pairs) (local.get $last))))))
