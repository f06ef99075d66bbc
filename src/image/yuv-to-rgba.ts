/**
 * Planes to RGBA: crop, matrix and range.
 *
 * Every pixel takes the chroma sample that covers it (no interpolation, whatever the chroma sample location says):
 * that is exact for flat areas, cheapest, and what most players show. Rows go through the core one by one.
 */
import type { Picture, Plane } from '../decoder/picture.ts';
import { setConversion } from './colour-weights.ts';
import { checkRow, type ImageCore } from './image-core.ts';
import { lazyImage, type RgbaImage, type StartRows } from './rgba-image.ts';

/** Copies a row of a plane to the core, `count` samples from `column` on. */
type FillRow = (row: number, column: number, count: number) => void;

const fillerOf = ({ data, stride }: Plane, target: Uint8Array | Uint16Array): FillRow => {
	return (row, column, count) => {
		const start = row * stride + column;
		target.set(data.subarray(start, start + count));
	};
};

const bytesPerPixel = 4;

/** log2 of the pixels across that share a chroma sample. */
const chromaShiftOf = ({ chromaFormat }: Picture): 0 | 1 => (chromaFormat === 1 || chromaFormat === 2 ? 1 : 0);

/** A chroma sample may begin one pixel to the left of the crop: that pixel is converted, too. */
const pixelsBefore = (picture: Picture): number => picture.crop.left & chromaShiftOf(picture);

const rowsOf =
	(picture: Picture): StartRows =>
	(core) => {
		const { crop, chromaFormat, planes } = picture;
		const { top, width } = crop;
		const chromaShift = chromaShiftOf(picture);
		const rowShift = chromaFormat === 1 ? 1 : 0;
		const before = pixelsBefore(picture);
		const left = crop.left - before;
		const columns = width + before;
		setConversion(core, picture);
		const wide = planes.some(({ data }) => data instanceof Uint16Array);
		const Samples = wide ? Uint16Array : Uint8Array;
		const [luma, ...chroma] = planes.map((plane, index) =>
			fillerOf(plane, new Samples(core.memory.buffer, core.samplesAddress(index), columns)),
		);
		const chromaColumns = (columns + chromaShift) >> chromaShift;
		const memory = new Uint8Array(core.memory.buffer);
		let chromaRow = -1;
		return (row, parity) => {
			luma?.(top + row, left, columns);
			const covering = (top + row) >> rowShift;
			if (covering !== chromaRow) for (const fill of chroma) fill(covering, left >> chromaShift, chromaColumns);
			chromaRow = covering;
			core.convertRow(parity, columns, chromaShift, wide);
			const start = core.rowAddress(parity);
			if (before > 0) memory.copyWithin(start, start + bytesPerPixel, start + (before + width) * bytesPerPixel);
		};
	};

/** The cropped picture in its own size. @throws RangeError for pictures wider than the core takes */
export const yuvToRgba = (core: ImageCore, picture: Picture): RgbaImage => {
	const { width, height } = picture.crop;
	checkRow(core, width + pixelsBefore(picture));
	return lazyImage(core, width, height, rowsOf(picture));
};
