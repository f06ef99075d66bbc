// What the depth of samples says about their range.

/** The largest sample of `depth` bits in all lanes. */
// @ts-ignore: decorator
@inline
export function mostOf(depth: i32): v128 {
  const most: i32 = (1 << depth) - 1;
  return i16x8.splat(<i16>most);
}

/** The sample of `depth` bits in the middle of the range. */
// @ts-ignore: decorator
@inline
export function middleOf(depth: i32): u16 {
  const middle: i32 = 1 << (depth - 1);
  return <u16>middle;
}
