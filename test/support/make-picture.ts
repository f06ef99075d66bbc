/** Pictures drawn by a function, for tests of what comes after a decoder. */
import type { ChromaFormat, ColourDescription, CropRectangle, Picture, Plane } from '../../src/decoder/picture.ts';

export interface Drawing {
	/** Coded size; the crop is all of it unless given. */
	readonly width: number;
	readonly height: number;
	readonly crop?: CropRectangle;
	readonly chromaFormat?: ChromaFormat;
	readonly bitDepth?: number;
	/** As `bitDepth` unless given. */
	readonly bitDepthChroma?: number;
	readonly colour?: Partial<ColourDescription>;
	readonly sampleAspectRatio?: Picture['sampleAspectRatio'];
	/** The sample of plane 0, 1 or 2 at a position of that plane. */
	readonly sample: (plane: number, x: number, y: number) => number;
}

export const makePicture = (drawing: Drawing): Picture => {
	const { width, height, chromaFormat = 1, bitDepth = 8, bitDepthChroma = bitDepth, sample } = drawing;
	const plane = (index: number): Plane => {
		const across = index === 0 || chromaFormat === 3 ? width : (width + 1) >> 1;
		const down = index === 0 || chromaFormat !== 1 ? height : (height + 1) >> 1;
		// Wider than needed, filled with what must not show.
		const stride = across + 3;
		const data =
			Math.max(bitDepth, bitDepthChroma) > 8 ? new Uint16Array(stride * down) : new Uint8Array(stride * down);
		data.fill(index === 0 ? 255 : 0);
		for (let y = 0; y < down; y++) for (let x = 0; x < across; x++) data[y * stride + x] = sample(index, x, y);
		return { data, stride, width: across, height: down };
	};
	return {
		planes: chromaFormat === 0 ? [plane(0)] : [plane(0), plane(1), plane(2)],
		chromaFormat,
		bitDepthLuma: bitDepth,
		bitDepthChroma,
		fields: 'none',
		crop: drawing.crop ?? { left: 0, top: 0, width, height },
		sampleAspectRatio: drawing.sampleAspectRatio ?? { width: 1, height: 1 },
		colour: {
			colourPrimaries: 2,
			transferCharacteristics: 2,
			matrixCoefficients: 2,
			fullRange: false,
			...drawing.colour,
		},
		chromaSampleLocation: 0,
	};
};

/** Repeatable noise, the same for the same arguments: 0 to `range - 1`. */
export const noise = (range: number, ...seeds: readonly number[]): number => {
	let hash = 0x9e3779b9;
	for (const seed of seeds) {
		hash = Math.imul(hash ^ seed, 0x85ebca6b);
		hash ^= hash >>> 13;
	}
	return (Math.imul(hash, 0xc2b2ae35) >>> 4) % range;
};
