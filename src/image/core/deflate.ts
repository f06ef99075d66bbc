// Deflate without a search: runs of one byte, and Huffman codes of the block's own. What filters leave of a picture is noise or
// runs; zlib takes two to four times the time for as many bytes. RFC 1951. For `src/image/png-deflate.ts` and the rows of `png-filter.ts`.
import { alignBits, pendingBits, pendingCount, resumeBits, startBits, writeBits, writeTo, writtenTo } from './bit-writer';
import { WIDEST } from './rows';
import { assignCodes, codeBits, codeLength, codeLengths, codeWord, MOST_SYMBOLS } from './huffman';

/** Bytes of a block: codes change with the picture, and a header of up to 300 bytes is a hundredth. */
const BLOCK: i32 = 65536;
const LONGEST_RUN: i32 = 258;
/** Shorter ones are literals: a byte that comes often has a code of a few bits, and each run stops the work on sixteen bytes at a time. A power of two, which `runStarts` doubles its way to. */
const SHORTEST_RUN: i32 = 8;
const END_OF_BLOCK: i32 = 256;
/** One bit less than § 3.2.7 allows: four codes and seven bits before them fit 64. */
const LONGEST_CODE: i32 = 14;
const LONGEST_LENGTH_CODE: i32 = 7;
/** § 3.2.7 */
const LENGTH_SYMBOLS: i32 = 19;

/** Behind a block is room for a scanline that does not fit, and for the end of its last vector. */
const input = memory.data(BLOCK + 3 * WIDEST + 1 + 16, 16);
// A literal, or 256 and the length of a run.
const tokens = memory.data(2 * BLOCK + 64, 16);
// Four tables that take turns: a count is not ready to be read when the same byte comes again.
const TABLE: usize = 4 * 320;
const counts = memory.data(4 * 4 * 320, 16);
// Every literal in 14 bits, and the header.
const output = memory.data(2 * BLOCK + 1024, 16);
const lengths = memory.data(288 + 1, 4);
const codes = memory.data(4 * 288, 4);
const headerCounts = memory.data(4 * 19, 4);
const headerLengths = memory.data(19, 4);
const headerCodes = memory.data(4 * 19, 4);
// Symbols of the header, each with its extra bits in the upper byte.
const header = memory.data(2 * 320, 4);

// The order in which lengths of the header's own codes are sent, § 3.2.7.
const headerOrder = memory.data<u8>([16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]);
// Of runs of 3 to 258 bytes, § 3.2.5: the symbol's number above 257.
const runSymbols = memory.data(259, 4);
const runBases = memory.data<u16>([3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258]);
const runExtras = memory.data<u8>([0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0]);
const FIRST_RUN_SYMBOL: i32 = 257;

let sumA: u32 = 1;
let sumB: u32 = 0;
let waiting: i32 = 0;

/** Greatest number of bytes for {@link deflateBlock}. */
export function blockSize(): i32 {
  return BLOCK;
}

/** Where to write the bytes of a block. */
export function blockAddress(): usize {
  return input;
}

/** Where the deflated bytes are. */
export function deflatedAddress(): usize {
  return output;
}

/** Where the next `size` bytes to be deflated belong, a scanline at most; they count as written. */
export function spaceForRow(size: i32): usize {
  const space = input + waiting;
  waiting += size;
  return space;
}

/** How many bytes of scanlines wait to be deflated. */
export function waitingBytes(): i32 {
  return waiting;
}

/** Deflates what waits, a block of it at most; the rest stays. Returns how many bytes are at `deflatedAddress`. */
export function deflateWaiting(isLast: bool): i32 {
  const size = min(waiting, BLOCK);
  const deflated = deflateBlock(size, isLast && size === waiting);
  waiting -= size;
  memory.copy(input, input + size, waiting);
  return deflated;
}

/** Begins a zlib stream. RFC 1950 § 2.2: deflate, a window of 32 KB, the fastest level, and their check bits. Returns its bytes. */
export function startDeflate(): i32 {
  let symbol = 0;
  for (let length = 3; length <= LONGEST_RUN; length++) {
    while (symbol < 28 && load<u16>(runBases + (symbol + 1) * 2) <= <u16>length) symbol++;
    store<u8>(runSymbols + length, symbol);
  }
  sumA = 1;
  sumB = 0;
  waiting = 0;
  startBits();
  writeTo(output);
  writeBits(0x0178, 16);
  return i32(writtenTo() - output);
}

/**
 * Deflates `size` bytes at `blockAddress`. Returns how many bytes are at `deflatedAddress`; after the last block they
 * end with the Adler-32 of all.
 */
export function deflateBlock(size: i32, isLast: bool): i32 {
  addToSum(size);
  const count = tokenise(size);
  codeLengths(counts, MOST_SYMBOLS, lengths, LONGEST_CODE);
  assignCodes(lengths, MOST_SYMBOLS, codes);
  writeTo(output);
  writeHeader(isLast);
  writeTokens(count);
  if (isLast) {
    alignBits();
    writeBits(bswap<u32>((sumB << 16) | sumA), 32);
  }
  return i32(writtenTo() - output);
}

/** RFC 1950 § 8.2. A sum of bytes, and a sum of those sums: byte `i` of `n` counts `n - i` times. */
function addToSum(size: i32): void {
  let at = 0;
  // As many bytes as sums in 32 bits bear.
  for (; at + 16 <= size; ) {
    const from = input + at;
    const steps = min((size - at) >> 4, 5552 >> 4);
    let sums = i32x4.splat(0);
    let sumsBefore = i32x4.splat(0);
    let weighted = i32x4.splat(0);
    for (let step = 0; step < steps; step++) {
      const bytes = v128.load(from + step * 16);
      const low = i16x8.extend_low_i8x16_u(bytes);
      const high = i16x8.extend_high_i8x16_u(bytes);
      sumsBefore = i32x4.add(sumsBefore, sums);
      sums = i32x4.add(sums, i32x4.extadd_pairwise_i16x8_s(i16x8.add(low, high)));
      weighted = i32x4.add(weighted, i32x4.dot_i16x8_s(low, i16x8(16, 15, 14, 13, 12, 11, 10, 9)));
      weighted = i32x4.add(weighted, i32x4.dot_i16x8_s(high, i16x8(8, 7, 6, 5, 4, 3, 2, 1)));
    }
    sumB = (sumB + sumA * (steps << 4) + (lanes(sumsBefore) << 4) + lanes(weighted)) % 65521;
    sumA = (sumA + lanes(sums)) % 65521;
    at += steps << 4;
  }
  for (; at < size; at++) {
    sumA += load<u8>(input + at);
    sumB += sumA;
  }
  sumA %= 65521;
  sumB %= 65521;
}

// @ts-ignore: decorator
@inline
function lanes(sums: v128): u32 {
  return i32x4.extract_lane(sums, 0) + i32x4.extract_lane(sums, 1) + i32x4.extract_lane(sums, 2) + i32x4.extract_lane(sums, 3);
}

// @ts-ignore: decorator
@inline
function count(table: usize, symbol: i32): void {
  const slot = counts + table * TABLE + symbol * 4;
  store<u32>(slot, load<u32>(slot) + 1);
}

/** Literals and runs of the block at `tokens`, how often each symbol occurs at `counts`. Returns the number of tokens. */
function tokenise(size: i32): i32 {
  memory.fill(counts, 0, 4 * TABLE);
  let out = tokens;
  let at = 0;
  // Vectors look 17 bytes further: what is left is done byte by byte.
  while (at + 33 <= size) {
    const from = input + at;
    const bytes = v128.load(from);
    v128.store(out, i16x8.extend_low_i8x16_u(bytes));
    v128.store(out, i16x8.extend_high_i8x16_u(bytes), 16);
    const runs = runStarts(from, bytes);
    if (runs === 0) {
      for (let part = 0; part < 16; part += 4) countFour(load<u32>(from + part));
      out += 32;
      at += 16;
      continue;
    }
    const literals = ctz(runs) + 1;
    for (let literal = 0; literal < literals; literal++) count(literal & 3, load<u8>(from + literal));
    out += literals << 1;
    at += literals;
    const length = runLength(at, size);
    addRun(out, length);
    out += 2;
    at += length;
  }
  while (at < size) {
    const byte: i32 = load<u8>(input + at);
    store<u16>(out, byte);
    out += 2;
    count(0, byte);
    at++;
    const length = runLength(at, size);
    if (length >= SHORTEST_RUN) {
      addRun(out, length);
      out += 2;
      at += length;
    }
  }
  count(0, END_OF_BLOCK);
  for (let symbol = 0; symbol < MOST_SYMBOLS; symbol++) {
    const slot = counts + symbol * 4;
    const sum = load<u32>(slot) + load<u32>(slot + TABLE) + load<u32>(slot + 2 * TABLE) + load<u32>(slot + 3 * TABLE);
    store<u32>(slot, sum);
  }
  return i32((out - tokens) >> 1);
}

// @ts-ignore: decorator
@inline
function countFour(bytes: u32): void {
  count(0, bytes & 255);
  count(1, (bytes >> 8) & 255);
  count(2, (bytes >> 16) & 255);
  count(3, bytes >> 24);
}

function addRun(out: usize, length: i32): void {
  store<u16>(out, 256 + length);
  count(0, FIRST_RUN_SYMBOL + load<u8>(runSymbols + length));
}

/** A bit for each of the 16 bytes at `from`, set if the next eight (`SHORTEST_RUN`) are like it. */
// @ts-ignore: decorator
@inline
function runStarts(from: usize, bytes: v128): i32 {
  let like: u32 = i8x16.bitmask(i8x16.eq(bytes, v128.load(from, 1)));
  like |= u32(i8x16.bitmask(i8x16.eq(v128.load(from, 16), v128.load(from, 17)))) << 16;
  // Two in a row, four in a row, eight in a row.
  like &= like >> 1;
  like &= like >> 2;
  like &= like >> 4;
  return like & 0xffff;
}

/** How many bytes from `at` on are like the one before it. */
function runLength(at: i32, size: i32): i32 {
  const end = min(at + LONGEST_RUN, size);
  const byte = load<u8>(input + at - 1);
  const eight = u64(byte) * 0x0101010101010101;
  let to = at;
  while (to + 8 <= end) {
    const unlike = load<u64>(input + to) ^ eight;
    if (unlike !== 0) return to + i32(ctz(unlike) >> 3) - at;
    to += 8;
  }
  while (to < end && load<u8>(input + to) === byte) to++;
  return to - at;
}

/** § 3.2.7. There is one distance, 1, whose code has one bit. */
function writeHeader(isLast: bool): void {
  let literals = MOST_SYMBOLS;
  while (load<u8>(lengths + literals - 1) === 0) literals--;
  store<u8>(lengths + literals, 1);
  const symbols = packLengths(literals + 1);
  codeLengths(headerCounts, LENGTH_SYMBOLS, headerLengths, LONGEST_LENGTH_CODE);
  assignCodes(headerLengths, LENGTH_SYMBOLS, headerCodes);
  let sent = LENGTH_SYMBOLS;
  while (load<u8>(headerLengths + load<u8>(headerOrder + sent - 1)) === 0) sent--;
  writeBits(isLast ? 1 : 0, 1);
  writeBits(2, 2);
  writeBits(literals - 257, 5);
  writeBits(0, 5);
  writeBits(sent - 4, 4);
  for (let at = 0; at < sent; at++) writeBits(load<u8>(headerLengths + load<u8>(headerOrder + at)), 3);
  for (let at = 0; at < symbols; at++) {
    const symbol: i32 = load<u8>(header + at * 2);
    const code = load<u32>(headerCodes + symbol * 4);
    writeBits(codeBits(code), codeLength(code));
    if (symbol >= 16) writeBits(load<u8>(header + at * 2, 1), symbol === 16 ? 2 : symbol === 17 ? 3 : 7);
  }
}

function addHeaderSymbol(at: i32, symbol: i32, extra: i32): void {
  store<u8>(header + at * 2, symbol);
  store<u8>(header + at * 2, extra, 1);
  const slot = headerCounts + symbol * 4;
  store<u32>(slot, load<u32>(slot) + 1);
}

/** `count` code lengths as symbols at `header`: repetitions as 16, runs of zeros as 17 and 18. Returns the number of symbols. */
function packLengths(count: i32): i32 {
  memory.fill(headerCounts, 0, 4 * LENGTH_SYMBOLS);
  let out = 0;
  let at = 0;
  while (at < count) {
    const length: i32 = load<u8>(lengths + at);
    let run = 1;
    while (at + run < count && load<u8>(lengths + at + run) === <u8>length) run++;
    at += run;
    if (length !== 0) {
      addHeaderSymbol(out++, length, 0);
      run--;
      for (; run >= 3; run -= min(run, 6)) addHeaderSymbol(out++, 16, min(run, 6) - 3);
    } else {
      for (; run >= 11; run -= min(run, 138)) addHeaderSymbol(out++, 18, min(run, 138) - 11);
      for (; run >= 3; run -= min(run, 10)) addHeaderSymbol(out++, 17, min(run, 10) - 3);
    }
    for (; run > 0; run--) addHeaderSymbol(out++, length, 0);
  }
  return out;
}

function writeTokens(count: i32): void {
  const end = tokens + usize(count) * 2;
  // Bits in locals: a global that was just written is not ready to be read.
  let pending = pendingBits();
  let bits = pendingCount();
  let out = writtenTo();
  for (let at = tokens; at < end; ) {
    const four = load<u64>(at);
    if (at + 8 <= end && (four & 0xff00ff00ff00ff00) === 0) {
      const a = codeOf(u32(four) & 255);
      const b = codeOf(u32(four >> 16) & 255);
      const c = codeOf(u32(four >> 32) & 255);
      const d = codeOf(u32(four >> 48) & 255);
      // Shifts look at the lowest six bits of a number: those of a word, or of a sum of words, are a length.
      const first = u64(codeBits(a)) | (u64(codeBits(b)) << u64(a));
      const second = u64(codeBits(c)) | (u64(codeBits(d)) << u64(c));
      pending |= (first | (second << u64(a + b))) << bits;
      bits += u64(codeLength(a + b + c + d));
      at += 8;
    } else {
      const token: i32 = load<u16>(at);
      const code = token < 256 ? codeOf(token) : runCode(token - 256);
      pending |= u64(codeBits(code)) << bits;
      bits += u64(codeLength(code));
      at += 2;
    }
    store<u64>(out, pending);
    out += usize(bits >> 3);
    pending >>= bits & 0x38;
    bits &= 7;
  }
  resumeBits(out, pending, bits);
  const last = codeOf(END_OF_BLOCK);
  writeBits(codeBits(last), codeLength(last));
}

// @ts-ignore: decorator
@inline
function codeOf(symbol: u32): u32 {
  return load<u32>(codes + (symbol << 2));
}

/** A run's code with its extra bits and the code of the distance, one zero bit. § 3.2.5 */
function runCode(length: i32): u32 {
  const symbol: i32 = load<u8>(runSymbols + length);
  const code = codeOf(FIRST_RUN_SYMBOL + symbol);
  const extra: u32 = length - load<u16>(runBases + symbol * 2);
  const bits = codeLength(code);
  return codeWord(codeBits(code) | (extra << bits), bits + load<u8>(runExtras + symbol) + 1);
}
