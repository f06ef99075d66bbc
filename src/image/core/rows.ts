// The rows that callers fill and read. Rows are all that is in memory: a picture of any height passes through.

/** Pixels of the widest row. A multiple of eight: kernels run on to the end of their vectors. */
export const WIDEST: i32 = 16384;
/** Zeros in front of a row of colours stand for what is left of the picture; behind it is what the last vector runs over. */
const MARGIN: i32 = 16;
const COLOURS: i32 = MARGIN + WIDEST * 4 + MARGIN;
const SAMPLES: i32 = WIDEST * 2 + MARGIN;

const colours = memory.data(2 * COLOURS, 16);
const filtered = memory.data(COLOURS, 16);
const samples = memory.data(3 * SAMPLES, 16);

/** Greatest width of a picture. */
export function widest(): i32 {
  return WIDEST;
}

/** A row of R, G, B, A: even and odd rows take turns. */
export function rowAddress(parity: i32): usize {
  return colours + usize(parity * COLOURS + MARGIN);
}

/** A scanline: the type of its filter, then R, G, B. */
export function filteredAddress(): usize {
  return filtered;
}

/** A row of samples of plane 0, 1 or 2, of one or two bytes each. */
export function samplesAddress(plane: i32): usize {
  return samples + usize(plane * SAMPLES);
}

/** Makes both rows of R, G, B, A zeros. */
export function clearRows(): void {
  memory.fill(colours, 0, 2 * COLOURS);
}
