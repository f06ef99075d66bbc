/**
 * Planes to RGBA: crop, matrix and range.
 *
 * Every pixel takes the chroma sample that covers it (no interpolation, whatever the chroma sample location says):
 * that is exact for flat areas, cheapest, and what most players show. Rows go through the core one by one.
 */
import type { Picture, Plane } from '../decoder/picture.ts';
import { setConversion } from './colour-weights.ts';
import { checkRow, type ImageCore } from './image-core.ts';

/** Copies a row of a plane to the core, `count` samples from `column` on. */
type FillRow = (row: number, column: number, count: number) => void;

const fillerOf = ({ data, stride }: Plane, target: Uint8Array | Uint16Array): FillRow => {
	return (row, column, count) => {
		const start = row * stride + column;
		target.set(data.subarray(start, start + count));
	};
};

/**
 * The cropped picture in its own size as R, G, B, A bytes, A always 255.
 *
 * @throws RangeError for pictures wider than the core takes
 */
export const yuvToRgba = (core: ImageCore, picture: Picture): Uint8Array<ArrayBuffer> => {
	const { crop, chromaFormat, planes } = picture;
	const { top, width, height } = crop;
	const chromaShift = chromaFormat === 1 || chromaFormat === 2 ? 1 : 0;
	const rowShift = chromaFormat === 1 ? 1 : 0;
	// A chroma sample may begin one pixel to the left of the crop: that pixel is converted, too.
	const before = crop.left & chromaShift;
	const left = crop.left - before;
	const columns = width + before;
	checkRow(core, columns);
	setConversion(core, picture);
	const wide = planes.some(({ data }) => data instanceof Uint16Array);
	const Samples = wide ? Uint16Array : Uint8Array;
	const [luma, ...chroma] = planes.map((plane, index) =>
		fillerOf(plane, new Samples(core.memory.buffer, core.samplesAddress(index), columns)),
	);
	const chromaColumns = (columns + chromaShift) >> chromaShift;
	const rgba = new Uint8Array(width * height * 4);
	const start = core.rowAddress(0) + 4 * before;
	const converted = new Uint8Array(core.memory.buffer, start, width * 4);
	let chromaRow = -1;
	for (let row = 0; row < height; row++) {
		luma?.(top + row, left, columns);
		const covering = (top + row) >> rowShift;
		if (covering !== chromaRow) for (const fill of chroma) fill(covering, left >> chromaShift, chromaColumns);
		chromaRow = covering;
		core.convertRow(columns, chromaShift, wide);
		rgba.set(converted, row * width * 4);
	}
	return rgba;
};
