import type { Picture, Plane } from '../decoder/picture.ts';
import { clampTable } from './colour-tables.ts';

/**
 * 4:4:4 planes that are G, B and R themselves (matrix_coefficients 0). `light` is the luma table of the picture; planes of
 * different depths do not occur with this matrix. H.273 § 8.3, equations 41 to 43
 */
export const gbrToRgba = ({ crop, planes }: Picture, light: Int32Array, out: Uint32Array): void => {
	const [g, b, r] = planes as readonly [Plane, Plane, Plane];
	const channel = (plane: Plane, row: number, column: number): number =>
		clampTable[(light[plane.data[row * plane.stride + column] as number] as number) >> 16] as number;
	let at = 0;
	for (let row = crop.top; row < crop.top + crop.height; row++)
		for (let column = crop.left; column < crop.left + crop.width; column++)
			out[at++] =
				0xff000000 | (channel(b, row, column) << 16) | (channel(g, row, column) << 8) | channel(r, row, column);
};
