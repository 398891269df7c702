;; Sums of a table's rows, each times a factor, and the way back: rows that each get a share of one.
(module
  (import "host" "memory" (memory 0))
  ;; A line of the cache, 64 bytes of each row, after another: the sums of a line stay in registers, and what is waited for
  ;; from memory is many rows at a time.
  (func (export "addUp")
    (param $rows i32)    ;; address of the first row's address; all of these are multiples of 64
    (param $end i32)     ;; where these addresses end, beyond the first
    (param $factors i32) ;; address of the first row's factor
    (param $sum i32)     ;; address of what they are added to, as wide as a row
    (param $width i32)   ;; of a row, a multiple of 64
    (local $at i32) (local $each i32) (local $by i32) (local $line i32) (local $factor v128)
    (local $a v128) (local $b v128) (local $c v128) (local $d v128)
    (loop $lines
      (local.set $line (i32.add (local.get $sum) (local.get $at)))
      (local.set $a (v128.load offset=0 (local.get $line)))
      (local.set $b (v128.load offset=16 (local.get $line)))
      (local.set $c (v128.load offset=32 (local.get $line)))
      (local.set $d (v128.load offset=48 (local.get $line)))
      (local.set $each (local.get $rows))
      (local.set $by (local.get $factors))
      (loop $along
        (local.set $factor (v128.load32_splat (local.get $by)))
        (local.set $line (i32.add (i32.load (local.get $each)) (local.get $at)))
        (local.set $a (f32x4.add (local.get $a) (f32x4.mul (local.get $factor) (v128.load offset=0 (local.get $line)))))
        (local.set $b (f32x4.add (local.get $b) (f32x4.mul (local.get $factor) (v128.load offset=16 (local.get $line)))))
        (local.set $c (f32x4.add (local.get $c) (f32x4.mul (local.get $factor) (v128.load offset=32 (local.get $line)))))
        (local.set $d (f32x4.add (local.get $d) (f32x4.mul (local.get $factor) (v128.load offset=48 (local.get $line)))))
        (local.set $by (i32.add (local.get $by) (i32.const 4)))
        (local.set $each (i32.add (local.get $each) (i32.const 4)))
        (br_if $along (i32.lt_u (local.get $each) (local.get $end))))
      (local.set $line (i32.add (local.get $sum) (local.get $at)))
      (v128.store offset=0 (local.get $line) (local.get $a))
      (v128.store offset=16 (local.get $line) (local.get $b))
      (v128.store offset=32 (local.get $line) (local.get $c))
      (v128.store offset=48 (local.get $line) (local.get $d))
      (local.set $at (i32.add (local.get $at) (i32.const 64)))
      (br_if $lines (i32.lt_u (local.get $at) (local.get $width)))))
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
    (param $width i32)   ;; of a row, a multiple of 64, as all addresses of rows are
    (local $at i32) (local $each i32) (local $by i32) (local $line i32) (local $factor v128)
    (local $a v128) (local $b v128) (local $c v128) (local $d v128)
    (loop $lines
      (local.set $line (i32.add (local.get $share) (local.get $at)))
      (local.set $a (v128.load offset=0 (local.get $line)))
      (local.set $b (v128.load offset=16 (local.get $line)))
      (local.set $c (v128.load offset=32 (local.get $line)))
      (local.set $d (v128.load offset=48 (local.get $line)))
      (local.set $each (local.get $rows))
      (local.set $by (local.get $factors))
      (loop $along
        (local.set $factor (v128.load32_splat (local.get $by)))
        (local.set $line (i32.add (i32.load (local.get $each)) (local.get $at)))
        (v128.store offset=0 (local.get $line)
          (f32x4.add (v128.load offset=0 (local.get $line)) (f32x4.mul (local.get $factor) (local.get $a))))
        (v128.store offset=16 (local.get $line)
          (f32x4.add (v128.load offset=16 (local.get $line)) (f32x4.mul (local.get $factor) (local.get $b))))
        (v128.store offset=32 (local.get $line)
          (f32x4.add (v128.load offset=32 (local.get $line)) (f32x4.mul (local.get $factor) (local.get $c))))
        (v128.store offset=48 (local.get $line)
          (f32x4.add (v128.load offset=48 (local.get $line)) (f32x4.mul (local.get $factor) (local.get $d))))
        (local.set $by (i32.add (local.get $by) (i32.const 4)))
        (local.set $each (i32.add (local.get $each) (i32.const 4)))
        (br_if $along (i32.lt_u (local.get $each) (local.get $end))))
      (local.set $at (i32.add (local.get $at) (i32.const 64)))
      (br_if $lines (i32.lt_u (local.get $at) (local.get $width))))))
