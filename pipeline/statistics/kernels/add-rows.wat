;; Rows of twelve 32-bit words, each added to the sums of the bin that it falls into.
(module
  (import "host" "memory" (memory 0))
  (func (export "addRows")
    (param $bins i32)  ;; address of the first row's bin, a byte
    (param $end i32)   ;; where the bins end, beyond the first
    (param $words i32) ;; address of the first row's words
    (param $sums i32)  ;; address of the sums of bin 0; a row of words for each bin
    (local $sum i32)
    (loop $rows
      (local.set $sum
        (i32.add (local.get $sums) (i32.mul (i32.load8_u (local.get $bins)) (i32.const 48))))
      (v128.store offset=0 align=1 (local.get $sum)
        (i32x4.add
          (v128.load offset=0 align=1 (local.get $sum))
          (v128.load offset=0 align=1 (local.get $words))))
      (v128.store offset=16 align=1 (local.get $sum)
        (i32x4.add
          (v128.load offset=16 align=1 (local.get $sum))
          (v128.load offset=16 align=1 (local.get $words))))
      (v128.store offset=32 align=1 (local.get $sum)
        (i32x4.add
          (v128.load offset=32 align=1 (local.get $sum))
          (v128.load offset=32 align=1 (local.get $words))))
      (local.set $words (i32.add (local.get $words) (i32.const 48)))
      (local.set $bins (i32.add (local.get $bins) (i32.const 1)))
      (br_if $rows (i32.lt_u (local.get $bins) (local.get $end))))))
