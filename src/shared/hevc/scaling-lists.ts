/** scaling_list_data(). H.265 § 7.3.4, § 7.4.5, Tables 7-5 and 7-6 */
import type { BitReader } from '../bits.ts';
import { checkIn } from './syntax-error.ts';

/** One list: what it holds in the order of the up-right diagonal scan, and the weight of the first coefficient. */
export interface ScalingList {
	/** 16 weights for 4x4 blocks, else 64, each for a square of coefficients. */
	readonly coefficients: Uint8Array;
	/** scaling_list_dc_coef; of 4x4 and 8x8 blocks the first weight itself. */
	readonly dc: number;
}

/** Lists by sizeId 0 … 3 (4x4 … 32x32) and matrixId 0 … 5 (intra Y, Cb, Cr, inter Y, Cb, Cr). */
export type ScalingLists = readonly (readonly ScalingList[])[];

// Table 7-6
// biome-ignore format: rows of 16 as in the standard
const default8x8Intra = Uint8Array.of(
	16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 17, 16, 17, 16, 17, 18,
	17, 18, 18, 17, 18, 21, 19, 20, 21, 20, 19, 21, 24, 22, 22, 24,
	24, 22, 22, 24, 25, 25, 27, 30, 27, 25, 25, 29, 31, 35, 35, 31,
	29, 36, 41, 44, 41, 36, 47, 54, 54, 47, 65, 70, 65, 88, 88, 115,
);
// biome-ignore format: rows of 16 as in the standard
const default8x8Inter = Uint8Array.of(
	16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 17, 17, 17, 17, 17, 18,
	18, 18, 18, 18, 18, 20, 20, 20, 20, 20, 20, 20, 24, 24, 24, 24,
	24, 24, 24, 24, 25, 25, 25, 25, 25, 25, 25, 28, 28, 28, 28, 28,
	28, 33, 33, 33, 33, 33, 41, 41, 41, 41, 54, 54, 54, 71, 71, 91,
);

const sizeIds = [0, 1, 2, 3] as const;
const matrixIds = [0, 1, 2, 3, 4, 5] as const;

const defaultList = (sizeId: number, matrixId: number): ScalingList => {
	if (sizeId === 0) return { coefficients: new Uint8Array(16).fill(16), dc: 16 };
	return { coefficients: matrixId < 3 ? default8x8Intra : default8x8Inter, dc: 16 };
};

/** The lists in force when scaling lists are enabled and none are sent. */
export const defaultScalingLists: ScalingLists = sizeIds.map((sizeId) =>
	matrixIds.map((matrixId) => defaultList(sizeId, matrixId)),
);

const within = checkIn('scaling list');

const parseList = (r: BitReader, sizeId: number): ScalingList => {
	const coefficients = new Uint8Array(sizeId === 0 ? 16 : 64);
	let next = sizeId > 1 ? within(r.se() + 8, 1, 255, 'scaling_list_dc_coef') : 8;
	const dc = next;
	for (let i = 0; i < coefficients.length && !r.overrun; i++) {
		next = (next + within(r.se(), -128, 127, 'scaling_list_delta_coef') + 256) & 255;
		coefficients[i] = next;
	}
	return { coefficients, dc: sizeId > 1 ? dc : (coefficients[0] ?? 0) };
};

/** 32x32 lists are sent for luma only; those of chroma, used in 4:4:4, are the 16x16 ones stretched (§ 7.4.5). */
const lumaStep = 3;

/** @throws LivestillError `FRAME_DAMAGED` */
export const parseScalingLists = (r: BitReader): ScalingLists => {
	const sizes: ScalingList[][] = [];
	for (const sizeId of sizeIds) {
		const lists: ScalingList[] = [];
		const step = sizeId === 3 ? lumaStep : 1;
		for (const matrixId of matrixIds) {
			if (matrixId % step !== 0) {
				lists.push(sizes[2]?.[matrixId] ?? defaultList(sizeId, matrixId));
			} else if (r.flag()) {
				lists.push(parseList(r, sizeId));
			} else {
				const delta = step * within(r.ue(), 0, matrixId / step, 'scaling_list_pred_matrix_id_delta');
				lists.push((delta > 0 ? lists[matrixId - delta] : undefined) ?? defaultList(sizeId, matrixId));
			}
		}
		sizes.push(lists);
	}
	return sizes;
};
