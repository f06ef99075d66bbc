/**
 * Two fields of a moving scene, woven into one picture, show combs where something moved. For a still, the samples of the
 * second field stay where they fit between those of the first and are interpolated where they stand out: detail in what
 * rests, no teeth on what moves.
 */
import type { Picture, Plane } from '../decoder/picture.ts';

/** How far beyond both its neighbours a sample must be to count as a comb's tooth, of 256 code values. */
const tooth = 8;

/** Rows of parity `second` (0 even, 1 odd) repaired from their neighbours. A new plane; `plane` is not written to. */
const deinterlacePlane = (plane: Plane, second: 0 | 1, bitDepth: number): Plane => {
	const { stride, width, height } = plane;
	const data = plane.data.slice();
	const limit = tooth << (bitDepth - 8);
	for (let y: number = second; y < height; y += 2) {
		const row = y * stride;
		// At the edges of the picture the one neighbour stands for both.
		const above = y > 0 ? row - stride : row + stride;
		const below = y + 1 < height ? row + stride : row - stride;
		if (above < 0 || below < 0) continue;
		for (let x = 0; x < width; x++) {
			const a = plane.data[above + x] ?? 0;
			const b = plane.data[row + x] ?? 0;
			const c = plane.data[below + x] ?? 0;
			if (b > Math.max(a, c) + limit || b < Math.min(a, c) - limit) data[row + x] = (a + c + 1) >> 1;
		}
	}
	return { data, stride, width, height };
};

/** The picture without combs: itself when it does not consist of two fields. */
export const deinterlace = (picture: Picture): Picture => {
	const { fields, planes, bitDepthLuma, bitDepthChroma } = picture;
	if (fields !== 'top-first' && fields !== 'bottom-first') return picture;
	const second = fields === 'top-first' ? 1 : 0;
	return {
		...picture,
		planes: planes.map((plane, index) => deinterlacePlane(plane, second, index === 0 ? bitDepthLuma : bitDepthChroma)),
		fields: 'none',
	};
};
