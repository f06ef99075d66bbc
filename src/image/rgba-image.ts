/** Pixels as R, G, B, A bytes, A always 255: all of them, or row by row. */
import { checkRow, type ImageCore } from './image-core.ts';

/** Makes row `row` of a picture the one at `rowAddress(parity)` of the core. */
export type DrawRow = (row: number, parity: 0 | 1) => void;

/** Begins to draw rows, in any order. The core draws one picture at a time. @throws RangeError for rows wider than it takes */
export type StartRows = (core: ImageCore) => DrawRow;

/** An RGBA picture. */
export interface RgbaImage {
	/** `width * height * 4` bytes; perhaps made when they are first asked for. */
	readonly data: Uint8Array<ArrayBuffer>;
	readonly width: number;
	readonly height: number;
	/** The same pixels for those who need one row at a time, while the planes are valid that they come from. */
	readonly startRows?: StartRows;
}

/** Of a picture whose pixels are there. */
export const rowsOfData =
	({ data, width }: RgbaImage): StartRows =>
	(core) => {
		checkRow(core, width);
		const memory = new Uint8Array(core.memory.buffer);
		const bytes = width * 4;
		return (row, parity) => memory.set(data.subarray(row * bytes, (row + 1) * bytes), core.rowAddress(parity));
	};

/** A picture that is drawn row by row, or all of it as soon as its `data` are asked for. */
export const lazyImage = (core: ImageCore, width: number, height: number, startRows: StartRows): RgbaImage => {
	let data: Uint8Array<ArrayBuffer> | null = null;
	const draw = (): Uint8Array<ArrayBuffer> => {
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
	return {
		width,
		height,
		startRows,
		get data() {
			data ??= draw();
			return data;
		},
	};
};
