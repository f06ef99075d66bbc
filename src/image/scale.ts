/**
 * Another size for the visible part of a picture, before it becomes RGB: a small preview never has a full-size RGBA.
 * Smaller: area average. Larger, only to make pixels square: linear interpolation. Chroma is brought to the size of
 * luma where it is dense enough, each chroma sample standing for the luma samples that it covers.
 */
import type { Picture, Plane } from '../decoder/picture.ts';
import { matrixCodeOf } from './colour-matrix.ts';
import { checkRow, type ImageCore } from './image-core.ts';
import type { Size } from './output-size.ts';
import { type AxisTaps, axisTaps, type Span } from './resample-axis.ts';

/** Gives the core what {@link ImageCore.mixColumns} needs to know of the columns. */
const setColumns = (core: ImageCore, { first, from, weights }: AxisTaps): void => {
	if (weights.length > core.mostWeights()) throw new RangeError(`${weights.length} weights are too many`);
	const { buffer } = core.memory;
	new Int32Array(buffer, core.firstsAddress(), first.length).set(first);
	new Int32Array(buffer, core.beginsAddress(), from.length).set(from);
	new Float32Array(buffer, core.weightsAddress(), weights.length).set(weights);
};

const resamplePlane = (core: ImageCore, plane: Plane, across: Span, down: Span, { width, height }: Size): Plane => {
	checkRow(core, Math.max(width, plane.width));
	setColumns(core, axisTaps(across, width));
	const { first, from, weights } = axisTaps(down, height);
	const wide = plane.data instanceof Uint16Array;
	const Samples = wide ? Uint16Array : Uint8Array;
	const source = new Samples(core.memory.buffer, core.samplesAddress(0), plane.width);
	const target = new Samples(core.memory.buffer, core.samplesAddress(1), width);
	const data = new Samples(width * height);
	for (let row = 0; row < height; row++) {
		const begin = from[row] as number;
		const end = from[row + 1] as number;
		for (let tap = begin; tap < end; tap++) {
			const start = ((first[row] as number) + tap - begin) * plane.stride;
			// The second of a pair counts for nothing where it is outside of the picture.
			if (weights[tap] === 0 && tap > begin) continue;
			source.set(plane.data.subarray(start, start + plane.width));
			core.mixRow(plane.width, weights[tap] as number, tap === begin, wide);
		}
		core.mixColumns(width, wide);
		data.set(target, row * width);
	}
	return { data, stride: width, width, height };
};

// log2 of the luma samples per chroma sample, across and down.
const subsampling = { 0: [0, 0], 1: [1, 1], 2: [1, 0], 3: [0, 0] } as const;

/** A picture of `size` with square pixels; planes of its own. */
export const scalePicture = (core: ImageCore, picture: Picture, size: Size): Picture => {
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
		return resamplePlane(core, plane, across.span, down.span, { width: across.samples, height: down.samples });
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
