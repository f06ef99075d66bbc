// From RGBA to filtered rows of a PNG, sixteen bytes at a time. For `src/image/png-filter.ts` and `png-deflate.ts`.
import { spaceForRow } from './deflate';
import { clearRows, filteredAddress, rowAddress } from './rows';

/** The type of the filter, which every row begins with. */
const PAETH: u8 = 4;

/** Makes the row above the next one zeros. */
export function startPicture(): void {
  clearRows();
}

/** Makes the row of RGBA at `rowAddress(parity)` a scanline at `filteredAddress()`. The other row is the one above it. */
export function filterRow(parity: i32, width: i32): void {
  filterTo(filteredAddress(), parity, width);
}

/** The same, for the next bytes to be deflated. */
export function deflateRow(parity: i32, width: i32): void {
  filterTo(spaceForRow(width * 3 + 1), parity, width);
}

// @ts-ignore: decorator
@inline
function filterTo(scanline: usize, parity: i32, width: i32): void {
  const row = rowAddress(parity);
  dropAlpha(row, width);
  store<u8>(scanline, PAETH);
  paeth(scanline + 1, row, rowAddress(parity ^ 1), width * 3, 3);
}

function dropAlpha(row: usize, width: usize): void {
  // Four pixels of sixteen bytes become twelve; what is written behind them has been read.
  for (let pixel: usize = 0; pixel < width; pixel += 4) {
    const rgba = v128.load(row + pixel * 4);
    v128.store(row + pixel * 3, i8x16.swizzle(rgba, i8x16(0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14, -1, -1, -1, -1)));
  }
}

/** PNG § 9.4 */
function paeth(filtered: usize, row: usize, up: usize, bytes: usize, pixelBytes: usize): void {
  const left = row - pixelBytes;
  const upLeft = up - pixelBytes;
  for (let at: usize = 0; at < bytes; at += 16) {
    const a = v128.load(left + at);
    const b = v128.load(up + at);
    const c = v128.load(upLeft + at);
    // p - a = b - c and p - b = a - c, without their signs.
    const pa = i8x16.sub(i8x16.max_u(b, c), i8x16.min_u(b, c));
    const pb = i8x16.sub(i8x16.max_u(a, c), i8x16.min_u(a, c));
    // p - c is their sum. Of two signs it is the difference of the distances; of one sign it is at least as great as
    // either, and more than 255 is not told from 255: c is not chosen then.
    const oneSign = v128.xor(i8x16.ge_u(a, c), i8x16.lt_u(b, c));
    const difference = i8x16.sub(i8x16.max_u(pa, pb), i8x16.min_u(pa, pb));
    const pc = v128.bitselect(i8x16.add_sat_u(pa, pb), difference, oneSign);
    const isB = i8x16.le_u(pb, pc);
    const isA = v128.and(i8x16.le_u(pa, pb), i8x16.le_u(pa, pc));
    const predictor = v128.bitselect(a, v128.bitselect(b, c, isB), isA);
    v128.store(filtered + at, i8x16.sub(v128.load(row + at), predictor));
  }
}
