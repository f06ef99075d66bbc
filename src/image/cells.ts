/** A picture as a grid of cells: how bright, how uneven and how colourful each is. From a sample of the pixels, in 8-bit levels. */
import type { CropRectangle, Picture, Plane } from '../decoder/picture.ts';
import { matrixOf } from './colour-matrix.ts';

export interface Cell {
	/** Mean and standard deviation of luma, levels of full range: 0 is black, 255 white. */
	readonly light: number;
	readonly spread: number;
	/** Means of what makes colour, 0 for greys: Cb and Cr, or B − G and R − G. */
	readonly tints: readonly [number, number];
}

/** Cells of a row and of a column: a line of text or a lamp fills a good part of one. */
const grid = 16;
/** Samples of a cell along one side at least, where there are as many: some 30,000 in all, whatever the picture's size. */
const samplesAcross = 8;

type Read = (x: number, y: number) => number;

/** Samples of a plane at positions of luma, scaled to 8 bits. */
const reader = ({ data, stride }: Plane, shiftX: number, shiftY: number, depth: number): Read => {
	const scale = 2 ** (8 - depth);
	return (x, y) => (data[(y >> shiftY) * stride + (x >> shiftX)] as number) * scale;
};

const greyReader: Read = () => 128;

const readers = (picture: Picture): readonly [Read, Read, Read] => {
	const { planes, chromaFormat, bitDepthLuma, bitDepthChroma, colour } = picture;
	const [y, u, v] = planes as readonly [Plane, Plane?, Plane?];
	const luma = reader(y, 0, 0, bitDepthLuma);
	const [black, range] = colour.fullRange ? [0, 255] : [16, 219];
	const light: Read = (column, row) => ((luma(column, row) - black) * 255) / range;
	if (u === undefined || v === undefined) return [light, greyReader, greyReader];
	const shiftX = chromaFormat === 3 ? 0 : 1;
	const shiftY = chromaFormat === 1 ? 1 : 0;
	const [first, second] = [reader(u, shiftX, shiftY, bitDepthChroma), reader(v, shiftX, shiftY, bitDepthChroma)];
	if (matrixOf(picture).kind !== 'gbr') return [light, first, second];
	const without =
		(read: Read): Read =>
		(column, row) =>
			read(column, row) - luma(column, row) + 128;
	return [light, without(first), without(second)];
};

/** Brightest sample that a black bar has, coding noise included. */
const barLight = 24;
/** Part of a side that bars may take: a portrait picture in a landscape frame has a third on each side. */
const barShare = 3 / 8;

/** The part of `crop` within black bars at its edges. */
const withoutBars = (crop: CropRectangle, light: Read, step: number): CropRectangle => {
	const { left, top, width, height } = crop;
	const isDark = (fromX: number, fromY: number, stepX: number, stepY: number, count: number): boolean => {
		for (let at = 0; at < count; at++) if (light(fromX + at * stepX, fromY + at * stepY) >= barLight) return false;
		return true;
	};
	const bar = (length: number, isBar: (at: number) => boolean): number => {
		let size = 0;
		while (size + step <= length * barShare && isBar(size)) size += step;
		// Encoders smear the edge of a bar.
		return size === 0 ? 0 : size + Math.ceil(length / 64);
	};
	const [across, down] = [Math.ceil(width / step), Math.ceil(height / step)];
	const row = (y: number): boolean => isDark(left, y, step, 0, across);
	const column = (x: number): boolean => isDark(x, top, 0, step, down);
	const above = bar(height, (at) => row(top + at));
	const below = bar(height, (at) => row(top + height - 1 - at));
	const before = bar(width, (at) => column(left + at));
	const behind = bar(width, (at) => column(left + width - 1 - at));
	return { left: left + before, top: top + above, width: width - before - behind, height: height - above - below };
};

/** The cells of what is within black bars; fewer for pictures of a few pixels. */
export const cellsOf = (picture: Picture): Cell[] => {
	const [light, first, second] = readers(picture);
	const { crop } = picture;
	const smaller = Math.min(crop.width, crop.height);
	const step = Math.max(1, Math.floor(smaller / (grid * samplesAcross)));
	const shown = withoutBars(crop, light, step);
	const edges = (from: number, length: number): number[] =>
		Array.from({ length: Math.min(grid, length) + 1 }, (_, index) =>
			Math.floor(from + (index * length) / Math.min(grid, length)),
		);
	const [columns, rows] = [edges(shown.left, shown.width), edges(shown.top, shown.height)];
	const cells: Cell[] = [];
	for (let row = 1; row < rows.length; row++)
		for (let column = 1; column < columns.length; column++) {
			let [count, sum, squares, tint1, tint2] = [0, 0, 0, 0, 0];
			for (let y = rows[row - 1] as number; y < (rows[row] as number); y += step)
				for (let x = columns[column - 1] as number; x < (columns[column] as number); x += step) {
					const value = light(x, y);
					count += 1;
					sum += value;
					squares += value * value;
					tint1 += first(x, y);
					tint2 += second(x, y);
				}
			const mean = sum / count;
			const spread = Math.sqrt(Math.max(0, squares / count - mean * mean));
			cells.push({ light: mean, spread, tints: [tint1 / count - 128, tint2 / count - 128] });
		}
	return cells;
};
