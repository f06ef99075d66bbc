/**
 * Planes to RGBA: crop, matrix and range.
 *
 * Every pixel takes the chroma sample that covers it (no interpolation, whatever the chroma sample location says):
 * that is exact for flat areas, cheapest, and what most players show. Pixels are stored as one 32-bit word, R in the
 * lowest byte: everything that runs this is little endian.
 */
import type { Picture, Plane } from '../decoder/picture.ts';
import { matrixOf } from './colour-matrix.ts';
import { type ColourTables, clampTable, colourTables } from './colour-tables.ts';
import { gbrToRgba } from './gbr-to-rgba.ts';

// The table is a parameter: reading the imported binding costs a fifth of the whole conversion.
const pixel = (clamp: Uint8Array, light: number, red: number, green: number, blue: number): number =>
	0xff000000 |
	((clamp[(light + blue) >> 16] as number) << 16) |
	((clamp[(light + green) >> 16] as number) << 8) |
	(clamp[(light + red) >> 16] as number);

/** 4:2:0 in blocks of two by two pixels, which share their chroma. `crop.left` and `crop.top` are even. */
const convert420 = (picture: Picture, tables: ColourTables, out: Uint32Array): void => {
	const { crop, planes } = picture;
	const [y, u, v] = planes as readonly [Plane, Plane, Plane];
	const { luma, redU, redV, greenU, greenV, blueU, blueV } = tables;
	const [yData, uData, vData] = [y.data, u.data, v.data];
	const { width, height } = crop;
	const clamp = clampTable;
	const evenWidth = width & ~1;
	for (let row = 0; row < height; row += 2) {
		// Below an odd last row there is none: write that row twice.
		const below = row + 1 < height ? 1 : 0;
		let in0 = (crop.top + row) * y.stride + crop.left;
		let in1 = in0 + below * y.stride;
		let out0 = row * width;
		let out1 = out0 + below * width;
		let atU = ((crop.top + row) >> 1) * u.stride + (crop.left >> 1);
		let atV = ((crop.top + row) >> 1) * v.stride + (crop.left >> 1);
		for (let column = 0; column < width; column += 2) {
			const cb = uData[atU++] as number;
			const cr = vData[atV++] as number;
			const red = (redU[cb] as number) + (redV[cr] as number);
			const green = (greenU[cb] as number) + (greenV[cr] as number);
			const blue = (blueU[cb] as number) + (blueV[cr] as number);
			out[out0++] = pixel(clamp, luma[yData[in0++] as number] as number, red, green, blue);
			out[out1++] = pixel(clamp, luma[yData[in1++] as number] as number, red, green, blue);
			if (column === evenWidth) break;
			out[out0++] = pixel(clamp, luma[yData[in0++] as number] as number, red, green, blue);
			out[out1++] = pixel(clamp, luma[yData[in1++] as number] as number, red, green, blue);
		}
	}
};

/** 4:2:2, 4:4:4 and 4:2:0 with an odd crop, pixel by pixel. */
const convertAny = (picture: Picture, tables: ColourTables, out: Uint32Array): void => {
	const { crop, planes, chromaFormat } = picture;
	const [y, u, v] = planes as readonly [Plane, Plane, Plane];
	const { luma, redU, redV, greenU, greenV, blueU, blueV } = tables;
	const clamp = clampTable;
	const shiftX = chromaFormat === 3 ? 0 : 1;
	const shiftY = chromaFormat === 1 ? 1 : 0;
	let at = 0;
	for (let row = crop.top; row < crop.top + crop.height; row++) {
		const rowY = row * y.stride;
		const rowU = (row >> shiftY) * u.stride;
		const rowV = (row >> shiftY) * v.stride;
		for (let column = crop.left; column < crop.left + crop.width; column++) {
			const cb = u.data[rowU + (column >> shiftX)] as number;
			const cr = v.data[rowV + (column >> shiftX)] as number;
			const light = luma[y.data[rowY + column] as number] as number;
			const red = (redU[cb] as number) + (redV[cr] as number);
			const green = (greenU[cb] as number) + (greenV[cr] as number);
			const blue = (blueU[cb] as number) + (blueV[cr] as number);
			out[at++] = pixel(clamp, light, red, green, blue);
		}
	}
};

/** 4:0:0: greys. */
const convertGrey = (picture: Picture, { luma }: ColourTables, out: Uint32Array): void => {
	const { crop, planes } = picture;
	const [y] = planes as readonly [Plane];
	const clamp = clampTable;
	let at = 0;
	for (let row = crop.top; row < crop.top + crop.height; row++)
		for (let from = row * y.stride + crop.left, end = from + crop.width; from < end; from++) {
			out[at++] = pixel(clamp, luma[y.data[from] as number] as number, 0, 0, 0);
		}
};

/** The cropped picture in its own size as R, G, B, A bytes, A always 255. */
export const yuvToRgba = (picture: Picture): Uint8Array<ArrayBuffer> => {
	const { crop, chromaFormat } = picture;
	const rgba = new Uint8Array(crop.width * crop.height * 4);
	const out = new Uint32Array(rgba.buffer);
	const tables = colourTables(picture);
	if (chromaFormat === 0) convertGrey(picture, tables, out);
	else if (matrixOf(picture).kind === 'gbr') gbrToRgba(picture, tables, out);
	else if (chromaFormat === 1 && ((crop.left | crop.top) & 1) === 0) convert420(picture, tables, out);
	else convertAny(picture, tables, out);
	return rgba;
};
