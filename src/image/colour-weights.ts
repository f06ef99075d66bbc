/** What the core multiplies samples with: matrix, range and depth of a picture as whole numbers. H.273 § 8.3 */
import type { Picture } from '../decoder/picture.ts';
import { matrixOf } from './colour-matrix.ts';
import type { ImageCore } from './image-core.ts';

/** Parts of the three planes in a channel; Y from 0 to 1, U and V from -0.5 to 0.5, or G, B and R. */
type Mixture = readonly [y: number, u: number, v: number];

/** R, G and B. H.273 equations 38 to 47 */
const mixtures = (picture: Picture): readonly [Mixture, Mixture, Mixture] => {
	const matrix = matrixOf(picture);
	if (matrix.kind === 'gbr')
		return [
			[0, 0, 1],
			[1, 0, 0],
			[0, 1, 0],
		];
	if (matrix.kind === 'ycgco')
		return [
			[1, -1, 1],
			[1, 1, 0],
			[1, -1, -1],
		];
	const { kr, kb } = matrix;
	const kg = 1 - kr - kb;
	const red = 2 * (1 - kr);
	const blue = 2 * (1 - kb);
	return [
		[1, 0, red],
		[1, (-blue * kb) / kg, (-red * kr) / kg],
		[1, blue, 0],
	];
};

/** Bits behind the point of a weight: weights are below four in size and have sixteen bits. */
const weightBits = 13;
/** Bits that samples may have when they are weighted as signed words, with one to spare for sums in 32 bits. */
const mostBits = 14;

/** Code values from the least to the greatest of a full range, in units of 8-bit ones: the last is one below a power of two. */
const fullSpan = (bitDepth: number): number => 256 - 2 ** (8 - bitDepth);

/** What makes 0 to 255 of a sample: its weight in whole numbers, for a part of one in a channel. */
const weightOf = (part: number, span: number): number => Math.round((part * 255 * 2 ** weightBits) / span);

/** Sets the core up for `convertRow` with rows of `picture`. */
export const setConversion = (core: ImageCore, picture: Picture): void => {
	const { bitDepthLuma, bitDepthChroma, chromaFormat, colour } = picture;
	const { fullRange } = colour;
	const { kind } = matrixOf(picture);
	const depth = Math.min(mostBits, Math.max(bitDepthLuma, bitDepthChroma));
	const up = (from: number): number => Math.max(0, depth - from);
	const down = (from: number): number => Math.max(0, from - depth);
	const fraction = weightBits + depth - 8;
	core.setDepths(up(bitDepthLuma), down(bitDepthLuma), up(bitDepthChroma), down(bitDepthChroma), fraction);

	const lumaSpan = fullRange ? fullSpan(bitDepthLuma) : 219;
	// YCgCo is made of limited range R, G, B, and G, B, R is it: their chroma has the scale of luma.
	const chromaSpan = fullRange ? fullSpan(bitDepthChroma) : kind === 'ycbcr' ? 224 : 219;
	const black = (fullRange ? 0 : 16) << (depth - 8);
	const middle = kind === 'gbr' ? black : 128 << (depth - 8);
	const half = 1 << (fraction - 1);
	for (const [channel, [partY, partU, partV]] of mixtures(picture).entries()) {
		const y = weightOf(partY, lumaSpan);
		// A grey picture has no such rows.
		const [u, v] = chromaFormat === 0 ? [0, 0] : [weightOf(partU, chromaSpan), weightOf(partV, chromaSpan)];
		core.setChannel(channel, y, u, v, half - y * black - (u + v) * middle);
	}
};
