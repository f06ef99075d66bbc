// Codes of least length for an alphabet that was counted, no longer than deflate allows. RFC 1951 § 3.2.2

/** Symbols of the largest alphabet: literals and lengths. */
export const MOST_SYMBOLS: i32 = 286;

const nodes = memory.data(4 * 288, 4);
const order = memory.data(2 * 288, 4);
const perLength = memory.data(4 * 16, 4);
const nextCode = memory.data(4 * 16, 4);

/**
 * Makes code lengths (bytes at `lengths`, 0 for symbols that do not occur) of `count` counts (words at `counts`).
 * One symbol alone gets a code of one bit.
 */
export function codeLengths(counts: usize, count: i32, lengths: usize, limit: i32): void {
  memory.fill(lengths, 0, count);
  const used = sortByCount(counts, count);
  if (used === 0) return;
  if (used === 1) {
    store<u8>(lengths + load<u16>(order), 1);
    return;
  }
  for (let at = 0; at < used; at++) store<u32>(nodes + at * 4, load<u32>(counts + load<u16>(order + at * 2) * 4));
  minimumRedundancy(used);
  countLengths(used, limit);
  // The rarest symbols, which are first, get the longest codes.
  let at = 0;
  for (let length = limit; length > 0; length--)
    for (let left = load<i32>(perLength + length * 4); left > 0; left--)
      store<u8>(lengths + load<u16>(order + at++ * 2), length);
}

/** Indices of the counts above zero at `order`, the least first. Returns their number. */
function sortByCount(counts: usize, count: i32): i32 {
  let used = 0;
  for (let symbol = 0; symbol < count; symbol++)
    if (load<u32>(counts + symbol * 4) > 0) store<u16>(order + used++ * 2, symbol);
  // Shell sort: a few hundred entries.
  for (let gap = 121; gap > 0; gap /= 3)
    for (let from = gap; from < used; from++) {
      const symbol = load<u16>(order + from * 2);
      const value = load<u32>(counts + symbol * 4);
      let to = from;
      for (; to >= gap && load<u32>(counts + load<u16>(order + (to - gap) * 2) * 4) > value; to -= gap)
        store<u16>(order + to * 2, load<u16>(order + (to - gap) * 2));
      store<u16>(order + to * 2, symbol);
    }
  return used;
}

// @ts-ignore: decorator
@inline
function node(index: i32): u32 {
  return load<u32>(nodes + index * 4);
}

// @ts-ignore: decorator
@inline
function setNode(index: i32, value: u32): void {
  store<u32>(nodes + index * 4, value);
}

/**
 * Counts at `nodes`, the least first, become depths in Huffman's tree, in place. A. Moffat and J. Katajainen, "In-Place
 * Calculation of Minimum-Redundancy Codes", 1995.
 */
function minimumRedundancy(count: i32): void {
  // Pairs are joined; a joined node is replaced by the index of its parent.
  let leaf = 0;
  let root = 0;
  for (let next = 0; next < count - 1; next++) {
    let weight: u32 = 0;
    for (let half = 0; half < 2; half++) {
      if (leaf >= count || (root < next && node(root) < node(leaf))) {
        weight += node(root);
        setNode(root++, next);
      } else weight += node(leaf++);
    }
    setNode(next, weight);
  }
  // Parents become depths, from the root down.
  setNode(count - 2, 0);
  for (let next = count - 3; next >= 0; next--) setNode(next, node(node(next)) + 1);
  // Inner nodes are counted off against leaves, depth by depth.
  let available = 1;
  let inner = 0;
  let depth: u32 = 0;
  root = count - 2;
  let next = count - 1;
  while (available > 0) {
    while (root >= 0 && node(root) === depth) {
      inner++;
      root--;
    }
    while (available > inner) {
      setNode(next--, depth);
      available--;
    }
    available = 2 * inner;
    depth++;
    inner = 0;
  }
}

/** How many codes of each length, none above `limit`: what is cut off is made up for by the shortest codes that can be longer. */
function countLengths(used: i32, limit: i32): void {
  memory.fill(perLength, 0, 4 * 16);
  for (let at = 0; at < used; at++) {
    const slot = perLength + min<i32>(node(at), limit) * 4;
    store<i32>(slot, load<i32>(slot) + 1);
  }
  // Kraft's sum in units of the longest code.
  let sum = 0;
  for (let length = 1; length <= limit; length++) sum += load<i32>(perLength + length * 4) << (limit - length);
  for (; sum > 1 << limit; sum--) {
    // One code less of the longest; one shorter code becomes two of a bit more.
    let length = limit - 1;
    while (load<i32>(perLength + length * 4) === 0) length--;
    store<i32>(perLength + limit * 4, load<i32>(perLength + limit * 4) - 1);
    store<i32>(perLength + length * 4, load<i32>(perLength + length * 4) - 1);
    store<i32>(perLength + (length + 1) * 4, load<i32>(perLength + (length + 1) * 4) + 2);
  }
}

/** Bits of a code's length, the lowest of its word: a word is good for shifting by the length, and so is a sum of words. */
const LENGTH_BITS: u32 = 6;

/** A code's word: its length and, above it, its bits, the first one lowest. */
// @ts-ignore: decorator
@inline
export function codeWord(bits: u32, length: u32): u32 {
  return (bits << LENGTH_BITS) | length;
}

// @ts-ignore: decorator
@inline
export function codeBits(word: u32): u32 {
  return word >> LENGTH_BITS;
}

/** Of a word, or of all codes of a sum of words. */
// @ts-ignore: decorator
@inline
export function codeLength(word: u32): u32 {
  return word & ((1 << LENGTH_BITS) - 1);
}

/** Makes of `count` lengths words at `codes`. */
export function assignCodes(lengths: usize, count: i32, codes: usize): void {
  memory.fill(perLength, 0, 4 * 16);
  for (let symbol = 0; symbol < count; symbol++) {
    const slot = perLength + load<u8>(lengths + symbol) * 4;
    store<i32>(slot, load<i32>(slot) + 1);
  }
  store<i32>(perLength, 0);
  let code = 0;
  for (let length = 1; length < 16; length++) {
    code = (code + load<i32>(perLength + (length - 1) * 4)) << 1;
    store<i32>(nextCode + length * 4, code);
  }
  for (let symbol = 0; symbol < count; symbol++) {
    const length: i32 = load<u8>(lengths + symbol);
    if (length === 0) continue;
    const own = load<i32>(nextCode + length * 4);
    store<i32>(nextCode + length * 4, own + 1);
    store<u32>(codes + symbol * 4, codeWord(reverse(own, length), length));
  }
}

/** Deflate sends a code's first bit first and everything else's last. RFC 1951 § 3.1.1 */
function reverse(code: i32, length: i32): i32 {
  let reversed = 0;
  for (let bit = 0; bit < length; bit++) reversed |= ((code >> bit) & 1) << (length - 1 - bit);
  return reversed;
}
