/** The accurate conversion that ours is measured against: H.273 § 8.3 in floating point, one colour at a time. */
import type { Picture } from '../../src/decoder/picture.ts';

const lumaWeights: Readonly<Record<number, readonly [number, number]>> = {
	1: [0.2126, 0.0722],
	4: [0.3, 0.11],
	5: [0.299, 0.114],
	6: [0.299, 0.114],
	7: [0.212, 0.087],
	9: [0.2627, 0.0593],
};

/** R, G, B from 0 to 255, clipped, not rounded. `code`: matrix_coefficients, resolved. */
export const floatColour = (
	code: number,
	fullRange: boolean,
	depth: number,
	[y, cb, cr]: readonly [number, number, number],
): [number, number, number] => {
	const clip = (value: number): number => Math.min(255, Math.max(0, value * 255));
	const step = 2 ** (depth - 8);
	const peak = 2 ** depth - 1;
	const expand = (value: number): number => (fullRange ? value / peak : (value - 16 * step) / (219 * step));
	const middle = 2 ** (depth - 1);
	if (code === 0) return [clip(expand(cr)), clip(expand(y)), clip(expand(cb))];
	if (code === 8) {
		const rest = y - (cb - middle);
		return [clip(expand(rest + (cr - middle))), clip(expand(y + (cb - middle))), clip(expand(rest - (cr - middle)))];
	}
	const [kr, kb] = lumaWeights[code] ?? [Number.NaN, Number.NaN];
	const chromaPeak = fullRange ? peak : 224 * step;
	const pb = (cb - middle) / chromaPeak;
	const pr = (cr - middle) / chromaPeak;
	const light = expand(y);
	const red = light + 2 * (1 - kr) * pr;
	const blue = light + 2 * (1 - kb) * pb;
	return [clip(red), clip((light - kr * red - kb * blue) / (1 - kr - kb)), clip(blue)];
};

/** The cropped picture as R, G, B, A, unrounded; every pixel takes the chroma sample that covers it. */
export const floatRgba = (picture: Picture, code: number): Float64Array => {
	const { crop, planes, chromaFormat, colour, bitDepthLuma } = picture;
	const shiftX = chromaFormat === 1 || chromaFormat === 2 ? 1 : 0;
	const shiftY = chromaFormat === 1 ? 1 : 0;
	const sample = (index: number, x: number, y: number): number => {
		const plane = planes[index];
		return plane === undefined ? 2 ** (bitDepthLuma - 1) : (plane.data[y * plane.stride + x] ?? Number.NaN);
	};
	const out = new Float64Array(crop.width * crop.height * 4);
	let at = 0;
	for (let y = crop.top; y < crop.top + crop.height; y++)
		for (let x = crop.left; x < crop.left + crop.width; x++) {
			const coded = [
				sample(0, x, y),
				sample(1, x >> shiftX, y >> shiftY),
				sample(2, x >> shiftX, y >> shiftY),
			] as const;
			for (const value of floatColour(code, colour.fullRange, bitDepthLuma, coded)) out[at++] = value;
			out[at++] = 255;
		}
	return out;
};

/** The greatest distance between two pictures of the same size. */
export const greatestError = (actual: Uint8Array, expected: Float64Array): number => {
	if (actual.length !== expected.length) return Number.POSITIVE_INFINITY;
	let greatest = 0;
	for (let at = 0; at < actual.length; at++)
		greatest = Math.max(greatest, Math.abs((actual[at] ?? Number.NaN) - (expected[at] ?? Number.NaN)));
	return greatest;
};
