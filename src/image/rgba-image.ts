/** Pixels as R, G, B, A bytes, A always 255: all of them, or row by row. */
import { checkRow, type ImageCore } from './image-core.ts';

/** Makes row `row` of a picture the one at `rowAddress(parity)` of the core. */
export type DrawRow = (row: number, parity: 0 | 1) => void;

/** Begins to draw rows, in any order. The core draws one picture at a time. @throws RangeError for rows wider than it takes */
export type StartRows = (core: ImageCore) => DrawRow;

/** An RGBA picture. */
export interface RgbaImage {
	/** `width * height * 4` bytes. Where there is `startRows` they are made when they are first asked for, while the planes are valid. */
	readonly data: Uint8Array<ArrayBuffer>;
	readonly width: number;
	readonly height: number;
	/** The same pixels row by row, while the planes are valid that they come from; absent when `data` are there. */
	readonly startRows?: StartRows | undefined;
}

/**
 * Of a picture whose pixels are there.
 *
 * @throws RangeError when they are not as many as they should be
 */
export const rowsOfData = ({ data, width, height }: RgbaImage): StartRows => {
	const bytes = width * 4;
	if (data.length !== bytes * height)
		throw new RangeError(`${data.length} bytes are no picture of ${width} × ${height}`);
	return (core) => {
		checkRow(core, width);
		const memory = new Uint8Array(core.memory.buffer);
		return (row, parity) => memory.set(data.subarray(row * bytes, (row + 1) * bytes), core.rowAddress(parity));
	};
};

const drawAll = (core: ImageCore, width: number, height: number, startRows: StartRows): Uint8Array<ArrayBuffer> => {
	const bytes = width * 4;
	const rgba = new Uint8Array(bytes * height);
	const drawRow = startRows(core);
	const drawn = new Uint8Array(core.memory.buffer, core.rowAddress(0), bytes);
	for (let row = 0; row < height; row++) {
		drawRow(row, 0);
		rgba.set(drawn, row * bytes);
	}
	return rgba;
};

/** A picture that is drawn row by row, or all of it as soon as its `data` are asked for; it lets go of the planes then. */
export const lazyImage = (core: ImageCore, width: number, height: number, startRows: StartRows): RgbaImage => {
	let data: Uint8Array<ArrayBuffer> | null = null;
	let fromPlanes: StartRows | undefined = startRows;
	return {
		width,
		height,
		get startRows() {
			return fromPlanes;
		},
		get data() {
			if (fromPlanes !== undefined) data = drawAll(core, width, height, fromPlanes);
			fromPlanes = undefined;
			return data as Uint8Array<ArrayBuffer>;
		},
	};
};
