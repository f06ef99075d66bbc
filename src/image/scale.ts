/**
 * Another size for the visible part of a picture, before it becomes RGB: a small preview never has a full-size RGBA.
 * Smaller: area average. Larger, only to make pixels square: linear interpolation. Chroma is brought to the size of
 * luma where it is dense enough, each chroma sample standing for the luma samples that it covers.
 */
import type { Picture, Plane } from '../decoder/picture.ts';
import { matrixCodeOf } from './colour-matrix.ts';
import type { Size } from './output-size.ts';
import { type AxisTaps, axisTaps, type Span } from './resample-axis.ts';

/** One row of `mixed`: the mixture of source rows that output row `row` is made of. */
const mixRows = (plane: Plane, taps: AxisTaps, row: number, mixed: Float64Array): void => {
	const { data, stride, width } = plane;
	const begin = taps.from[row] as number;
	const end = taps.from[row + 1] as number;
	let offset = (taps.first[row] as number) * stride;
	const weight = taps.weights[begin] as number;
	for (let x = 0; x < width; x++) mixed[x] = weight * (data[offset + x] as number);
	for (let tap = begin + 1; tap < end; tap++) {
		offset += stride;
		const more = taps.weights[tap] as number;
		if (more === 0) continue;
		for (let x = 0; x < width; x++) mixed[x] = (mixed[x] as number) + more * (data[offset + x] as number);
	}
};

/** One output row from `mixed`, rounded. */
const mixColumns = (
	mixed: Float64Array,
	{ first, from, weights, inPairs }: AxisTaps,
	out: Plane['data'],
	start: number,
): void => {
	const count = first.length;
	if (inPairs) {
		for (let x = 0; x < count; x++) {
			const source = first[x] as number;
			out[start + x] =
				(weights[2 * x] as number) * (mixed[source] as number) +
				(weights[2 * x + 1] as number) * (mixed[source + 1] as number) +
				0.5;
		}
		return;
	}
	for (let x = 0; x < count; x++) {
		const end = from[x + 1] as number;
		let source = first[x] as number;
		let sum = 0.5;
		for (let tap = from[x] as number; tap < end; tap++) sum += (weights[tap] as number) * (mixed[source++] as number);
		out[start + x] = sum;
	}
};

const resamplePlane = (plane: Plane, across: Span, down: Span, { width, height }: Size): Plane => {
	const columns = axisTaps(across, width);
	const rows = axisTaps(down, height);
	const data = plane.data instanceof Uint16Array ? new Uint16Array(width * height) : new Uint8Array(width * height);
	const mixed = new Float64Array(plane.width + 1);
	for (let row = 0; row < height; row++) {
		mixRows(plane, rows, row, mixed);
		mixColumns(mixed, columns, data, row * width);
	}
	return { data, stride: width, width, height };
};

// log2 of the luma samples per chroma sample, across and down.
const subsampling = { 0: [0, 0], 1: [1, 1], 2: [1, 0], 3: [0, 0] } as const;

/** A picture of `size` with square pixels; planes of its own. */
export const scalePicture = (picture: Picture, size: Size): Picture => {
	const { crop, planes } = picture;
	const from = subsampling[picture.chromaFormat];
	// Where there is a chroma sample for every pixel, all are kept; else chroma stays as coarse as it is.
	const isDense = size.width << from[0] <= crop.width && size.height << from[1] <= crop.height;
	const chromaFormat = isDense && picture.chromaFormat !== 0 ? 3 : picture.chromaFormat;
	const to = subsampling[chromaFormat];
	const axis = (start: number, length: number, count: number, source: number, target: number) => {
		const scale = 1 << source;
		const samples = (count + target) >> target;
		// The last sample of an odd size is as wide as the others: it reaches beyond the picture, where nothing is.
		const reach = (samples << target) / count;
		const available = (start + length + source) >> source;
		return { span: { start: start / scale, length: (length * reach) / scale, available }, samples };
	};
	const resized = planes.map((plane, index) => {
		const [fromX, fromY, toX, toY] = index === 0 ? [0, 0, 0, 0] : [...from, ...to];
		const across = axis(crop.left, crop.width, size.width, fromX, toX);
		const down = axis(crop.top, crop.height, size.height, fromY, toY);
		return resamplePlane(plane, across.span, down.span, { width: across.samples, height: down.samples });
	});
	return {
		...picture,
		planes: resized,
		chromaFormat,
		crop: { left: 0, top: 0, ...size },
		sampleAspectRatio: { width: 1, height: 1 },
		// What an untagged picture means depends on its size, so this is settled before the size is lost.
		colour: { ...picture.colour, matrixCoefficients: matrixCodeOf(picture) },
	};
};
