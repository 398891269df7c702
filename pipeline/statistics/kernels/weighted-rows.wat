;; Sums of a table's rows, each times a factor, and the way back: rows that each get a share of one.
(module
  (import "host" "memory" (memory 0))
  (func (export "addUp")
    (param $rows i32)    ;; address of the first row's address
    (param $end i32)     ;; where these addresses end, beyond the first
    (param $factors i32) ;; address of the first row's factor
    (param $sum i32)     ;; address of what they are added to, as wide as a row
    (param $width i32)   ;; of a row, a multiple of 16
    (local $row i32) (local $at i32) (local $factor v128)
    (loop $each
      (local.set $row (i32.load (local.get $rows)))
      (local.set $factor (v128.load32_splat (local.get $factors)))
      (local.set $at (i32.const 0))
      (loop $along
        (v128.store (i32.add (local.get $sum) (local.get $at))
          (f32x4.add
            (v128.load (i32.add (local.get $sum) (local.get $at)))
            (f32x4.mul (local.get $factor) (v128.load (i32.add (local.get $row) (local.get $at))))))
        (local.set $at (i32.add (local.get $at) (i32.const 16)))
        (br_if $along (i32.lt_u (local.get $at) (local.get $width))))
      (local.set $factors (i32.add (local.get $factors) (i32.const 4)))
      (local.set $rows (i32.add (local.get $rows) (i32.const 4)))
      (br_if $each (i32.lt_u (local.get $rows) (local.get $end)))))
  ;; Four such sums at once, one after another: each row is read once for all of them.
  (func (export "addUpFour")
    (param $rows i32) (param $end i32)
    (param $offset i32)  ;; of the part of each row that is added, a multiple of 16
    (param $factors i32) ;; address of the first row's four factors
    (param $sums i32)    ;; address of this part of the first sum
    (param $apart i32)   ;; from one sum to the next
    (param $width i32)   ;; of the part, a multiple of 16
    (local $row i32) (local $at i32) (local $to i32) (local $part v128)
    (local $a v128) (local $b v128) (local $c v128) (local $d v128)
    (loop $each
      (local.set $row (i32.add (i32.load (local.get $rows)) (local.get $offset)))
      (local.set $a (v128.load32_splat offset=0 (local.get $factors)))
      (local.set $b (v128.load32_splat offset=4 (local.get $factors)))
      (local.set $c (v128.load32_splat offset=8 (local.get $factors)))
      (local.set $d (v128.load32_splat offset=12 (local.get $factors)))
      (local.set $at (i32.const 0))
      (loop $along
        (local.set $part (v128.load (i32.add (local.get $row) (local.get $at))))
        (local.set $to (i32.add (local.get $sums) (local.get $at)))
        (v128.store (local.get $to)
          (f32x4.add (v128.load (local.get $to)) (f32x4.mul (local.get $a) (local.get $part))))
        (local.set $to (i32.add (local.get $to) (local.get $apart)))
        (v128.store (local.get $to)
          (f32x4.add (v128.load (local.get $to)) (f32x4.mul (local.get $b) (local.get $part))))
        (local.set $to (i32.add (local.get $to) (local.get $apart)))
        (v128.store (local.get $to)
          (f32x4.add (v128.load (local.get $to)) (f32x4.mul (local.get $c) (local.get $part))))
        (local.set $to (i32.add (local.get $to) (local.get $apart)))
        (v128.store (local.get $to)
          (f32x4.add (v128.load (local.get $to)) (f32x4.mul (local.get $d) (local.get $part))))
        (local.set $at (i32.add (local.get $at) (i32.const 16)))
        (br_if $along (i32.lt_u (local.get $at) (local.get $width))))
      (local.set $factors (i32.add (local.get $factors) (i32.const 16)))
      (local.set $rows (i32.add (local.get $rows) (i32.const 4)))
      (br_if $each (i32.lt_u (local.get $rows) (local.get $end)))))
  (func (export "spread")
    (param $rows i32) (param $end i32) (param $factors i32)
    (param $share i32)   ;; address of what each row gets, times its factor
    (param $width i32)
    (local $row i32) (local $at i32) (local $factor v128)
    (loop $each
      (local.set $row (i32.load (local.get $rows)))
      (local.set $factor (v128.load32_splat (local.get $factors)))
      (local.set $at (i32.const 0))
      (loop $along
        (v128.store (i32.add (local.get $row) (local.get $at))
          (f32x4.add
            (v128.load (i32.add (local.get $row) (local.get $at)))
            (f32x4.mul (local.get $factor) (v128.load (i32.add (local.get $share) (local.get $at))))))
        (local.set $at (i32.add (local.get $at) (i32.const 16)))
        (br_if $along (i32.lt_u (local.get $at) (local.get $width))))
      (local.set $factors (i32.add (local.get $factors) (i32.const 4)))
      (local.set $rows (i32.add (local.get $rows) (i32.const 4)))
      (br_if $each (i32.lt_u (local.get $rows) (local.get $end))))))
