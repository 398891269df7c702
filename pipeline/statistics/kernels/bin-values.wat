;; The bins of a column's values: how many of its 255 edges are not above each value. The edges, and an infinite one,
;; are sixteen blocks of sixteen: the last edges of the blocks tell which block the value falls into.
(module
  (import "host" "memory" (memory 0))
  (func (export "binValues")
    (param $value i32)  ;; address of the first value
    (param $end i32)    ;; where the values end
    (param $stride i32) ;; bytes between two values
    (param $edges i32)  ;; address of 256 edges, and then of the last edge of each block
    (param $bins i32)   ;; address of the first bin, a byte
    (result f32)        ;; 0, or NaN if any of the values is not finite
    (local $block i32)
    (local $block_edges i32)
    (local $splat v128)
    (local $zeros v128)
    (loop $values
      (local.set $splat (v128.load32_splat align=1 (local.get $value)))
      (local.set $zeros
        (f32x4.add (f32x4.mul (local.get $splat) (v128.const i32x4 0 0 0 0)) (local.get $zeros)))
      (local.set $block
        (i32.popcnt (i8x16.bitmask (i8x16.narrow_i16x8_s
          (i16x8.narrow_i32x4_s
            (f32x4.le (v128.load offset=1024 align=1 (local.get $edges)) (local.get $splat))
            (f32x4.le (v128.load offset=1040 align=1 (local.get $edges)) (local.get $splat)))
          (i16x8.narrow_i32x4_s
            (f32x4.le (v128.load offset=1056 align=1 (local.get $edges)) (local.get $splat))
            (f32x4.le (v128.load offset=1072 align=1 (local.get $edges)) (local.get $splat)))))))
      (local.set $block_edges
        (i32.add (local.get $edges) (i32.mul (local.get $block) (i32.const 64))))
      (i32.store8
        (local.get $bins)
        (i32.add
          (i32.mul (local.get $block) (i32.const 16))
          (i32.popcnt (i8x16.bitmask (i8x16.narrow_i16x8_s
            (i16x8.narrow_i32x4_s
              (f32x4.le (v128.load offset=0 align=1 (local.get $block_edges)) (local.get $splat))
              (f32x4.le (v128.load offset=16 align=1 (local.get $block_edges)) (local.get $splat)))
            (i16x8.narrow_i32x4_s
              (f32x4.le (v128.load offset=32 align=1 (local.get $block_edges)) (local.get $splat))
              (f32x4.le (v128.load offset=48 align=1 (local.get $block_edges)) (local.get $splat))))))))
      (local.set $bins (i32.add (local.get $bins) (i32.const 1)))
      (local.set $value (i32.add (local.get $value) (local.get $stride)))
      (br_if $values (i32.lt_u (local.get $value) (local.get $end))))
    (f32x4.extract_lane 0 (local.get $zeros))))
