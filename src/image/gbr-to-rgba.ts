import type { Picture, Plane } from '../decoder/picture.ts';
import { type ColourTables, clampTable } from './colour-tables.ts';

/** 4:4:4 planes that are G, B and R themselves (matrix_coefficients 0). H.273 § 8.3, equations 41 to 43 */
export const gbrToRgba = ({ crop, planes }: Picture, { luma, lumaOfChroma }: ColourTables, out: Uint32Array): void => {
	const [g, b, r] = planes as readonly [Plane, Plane, Plane];
	const channel = (plane: Plane, light: Int32Array, row: number, column: number): number =>
		clampTable[(light[plane.data[row * plane.stride + column] as number] as number) >> 16] as number;
	let at = 0;
	for (let row = crop.top; row < crop.top + crop.height; row++)
		for (let column = crop.left; column < crop.left + crop.width; column++)
			out[at++] =
				0xff000000 |
				(channel(b, lumaOfChroma, row, column) << 16) |
				(channel(g, luma, row, column) << 8) |
				channel(r, lumaOfChroma, row, column);
};
