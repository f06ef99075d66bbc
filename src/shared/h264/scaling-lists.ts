/** Scaling lists of sequence and picture parameter sets. H.264 § 7.3.2.1.1.1, § 7.4.2.1.1.1, Table 7-2 */
import type { BitReader } from '../bits.ts';

/** weightScale in zig-zag order: Intra Y, Cb, Cr, Inter Y, Cb, Cr. */
export interface ScalingLists {
	/** Six lists of 16. */
	readonly lists4x4: readonly Uint8Array[];
	/** Six lists of 64; those of Cb and Cr matter in 4:4:4 only. Order: Intra Y, Inter Y, Intra Cb, Inter Cb, Intra Cr, Inter Cr. */
	readonly lists8x8: readonly Uint8Array[];
}

const flat = (size: number): Uint8Array => new Uint8Array(size).fill(16);

/** Flat_4x4_16 and Flat_8x8_16. */
export const flatLists: ScalingLists = {
	lists4x4: Array.from({ length: 6 }, () => flat(16)),
	lists8x8: Array.from({ length: 6 }, () => flat(64)),
};

// Table 7-3
const default4x4Intra = Uint8Array.of(6, 13, 13, 20, 20, 20, 28, 28, 28, 28, 32, 32, 32, 37, 37, 42);
const default4x4Inter = Uint8Array.of(10, 14, 14, 20, 20, 20, 24, 24, 24, 24, 27, 27, 27, 30, 30, 34);
// Table 7-4
// biome-ignore format: rows of 16 as in the standard
const default8x8Intra = Uint8Array.of(
	6, 10, 10, 13, 11, 13, 16, 16, 16, 16, 18, 18, 18, 18, 18, 23,
	23, 23, 23, 23, 23, 25, 25, 25, 25, 25, 25, 25, 27, 27, 27, 27,
	27, 27, 27, 27, 29, 29, 29, 29, 29, 29, 29, 31, 31, 31, 31, 31,
	31, 33, 33, 33, 33, 33, 36, 36, 36, 36, 38, 38, 38, 40, 40, 42,
);
// biome-ignore format: rows of 16 as in the standard
const default8x8Inter = Uint8Array.of(
	9, 13, 13, 15, 13, 15, 17, 17, 17, 17, 19, 19, 19, 19, 19, 21,
	21, 21, 21, 21, 21, 22, 22, 22, 22, 22, 22, 22, 24, 24, 24, 24,
	24, 24, 24, 24, 25, 25, 25, 25, 25, 25, 25, 27, 27, 27, 27, 27,
	27, 28, 28, 28, 28, 28, 30, 30, 30, 30, 32, 32, 32, 33, 33, 35,
);

const default4x4 = (list: number): Uint8Array => (list < 3 ? default4x4Intra : default4x4Inter);
const default8x8 = (list: number): Uint8Array => (list % 2 === 0 ? default8x8Intra : default8x8Inter);

/** The defaults: what fall-back rule set A starts from. */
const defaultLists: ScalingLists = {
	lists4x4: Array.from({ length: 6 }, (_, list) => default4x4(list)),
	lists8x8: Array.from({ length: 6 }, (_, list) => default8x8(list)),
};

/** scaling_list(): the list, or `null` when it says "use the default". */
const parseList = (r: BitReader, size: number): Uint8Array | null => {
	const list = new Uint8Array(size);
	let lastScale = 8;
	let nextScale = 8;
	for (let j = 0; j < size && !r.overrun; j++) {
		if (nextScale !== 0) {
			nextScale = (lastScale + r.se() + 256) & 255;
			if (j === 0 && nextScale === 0) return null;
		}
		if (nextScale !== 0) lastScale = nextScale;
		list[j] = lastScale;
	}
	return list;
};

/**
 * The lists of a parameter set whose scaling matrix is present.
 *
 * @param count8x8  8x8 lists in the syntax: 2, 6 (4:4:4), or 0 in a PPS without transform_8x8_mode_flag
 * @param fallBack  what the first list of each kind falls back to: nothing = the defaults (rule set A, SPS), or the lists
 *                  of the SPS (rule set B, PPS)
 */
export const parseScalingMatrix = (r: BitReader, count8x8: number, fallBack = defaultLists): ScalingLists => {
	const lists4x4: Uint8Array[] = [];
	for (let i = 0; i < 6; i++) {
		// Absent: as the list before, the first of intra and of inter as the fall-back says (Table 7-2).
		const absent = i % 3 === 0 ? fallBack.lists4x4[i] : lists4x4[i - 1];
		lists4x4.push((r.flag() ? (parseList(r, 16) ?? default4x4(i)) : absent) ?? flat(16));
	}
	const lists8x8: Uint8Array[] = [];
	for (let i = 0; i < 6; i++) {
		const absent = i < 2 ? fallBack.lists8x8[i] : lists8x8[i - 2];
		const present = i < count8x8 && r.flag();
		lists8x8.push((present ? (parseList(r, 64) ?? default8x8(i)) : absent) ?? flat(64));
	}
	return { lists4x4, lists8x8 };
};
