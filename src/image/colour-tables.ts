/**
 * Conversion of code values to R, G, B as sums of table entries: `luma[y] + redU[u] + redV[v]` and so on. Entries are
 * 16.16 fixed point; `luma` carries the rounding and {@link clampOffset}, so that a sum shifted right by 16 is an index
 * of {@link clampTable}.
 */
import type { Picture } from '../decoder/picture.ts';
import { matrixOf } from './colour-matrix.ts';

export interface ColourTables {
	readonly luma: Int32Array;
	/** `luma` for samples of the depth of chroma: planes that are B and R (H.273 equations 41 to 43). */
	readonly lumaOfChroma: Int32Array;
	readonly redU: Int32Array;
	readonly redV: Int32Array;
	readonly greenU: Int32Array;
	readonly greenV: Int32Array;
	readonly blueU: Int32Array;
	readonly blueV: Int32Array;
}

// Sums reach from -317 (YCgCo, limited range, all samples extreme) to 576.
const clampOffset = 384;

/** Value of a channel, 0 to 255, by its sum shifted right by 16. */
export const clampTable: Uint8Array = Uint8Array.from({ length: 1024 }, (_, index) =>
	Math.min(255, Math.max(0, index - clampOffset)),
);

const one = 65536;

const table = (depth: number, zero: number, scale: number, bias = 0): Int32Array => {
	const entries = new Int32Array(1 << depth);
	for (let value = 0; value < entries.length; value++) entries[value] = Math.round((value - zero) * scale * one) + bias;
	return entries;
};

/** Factors of U and V in R, G and B, for U and V from -0.5 to 0.5. */
const chromaFactors = (picture: Picture): { u: readonly number[]; v: readonly number[] } => {
	const matrix = matrixOf(picture);
	if (matrix.kind === 'ycgco') return { u: [-1, 1, -1], v: [1, 0, -1] };
	// G, B, R planes have no chroma.
	if (matrix.kind === 'gbr') return { u: [0, 0, 0], v: [0, 0, 0] };
	const { kr, kb } = matrix;
	const kg = 1 - kr - kb;
	const red = 2 * (1 - kr);
	const blue = 2 * (1 - kb);
	return { u: [0, (-blue * kb) / kg, blue], v: [red, (-red * kr) / kg, 0] };
};

/** Tables for the matrix, range and bit depths of `picture`. H.273 § 8.3, equations 26 to 37 */
export const colourTables = (picture: Picture): ColourTables => {
	const { bitDepthLuma, bitDepthChroma, colour } = picture;
	const { fullRange } = colour;
	const stepChroma = 2 ** (bitDepthChroma - 8);
	// YCgCo is made of limited range R, G, B: its chroma has the scale of luma.
	const limitedChroma = matrixOf(picture).kind === 'ycgco' ? 219 : 224;
	const chromaScale = 255 / (fullRange ? 256 * stepChroma - 1 : limitedChroma * stepChroma);
	const { u, v } = chromaFactors(picture);
	const chroma = (factor = 0): Int32Array => table(bitDepthChroma, 128 * stepChroma, factor * chromaScale);
	const light = (depth: number): Int32Array => {
		const step = 2 ** (depth - 8);
		const scale = 255 / (fullRange ? 256 * step - 1 : 219 * step);
		return table(depth, fullRange ? 0 : 16 * step, scale, one / 2 + clampOffset * one);
	};
	const luma = light(bitDepthLuma);
	return {
		luma,
		lumaOfChroma: bitDepthChroma === bitDepthLuma ? luma : light(bitDepthChroma),
		redU: chroma(u[0]),
		redV: chroma(v[0]),
		greenU: chroma(u[1]),
		greenV: chroma(v[1]),
		blueU: chroma(u[2]),
		blueV: chroma(v[2]),
	};
};
