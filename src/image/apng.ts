/**
 * Animated PNG (PNG third edition, § 11.3.6): upng-js writes the file, each frame is filtered and deflated here when it comes.
 * What a frame has in common with the one before is left out: only the rectangle that has changed is in the file. So one
 * picture is in memory besides the new one, however many there are.
 */
import { changedRectangle } from './changed-rectangle.ts';
import type { GetImageCore } from './image-core.ts';
import { type CompressedFrame, colourTypeRgb, writePng } from './png.ts';
import { deflatePicture } from './png-deflate.ts';
import { rowsOfData } from './rgba-image.ts';

export interface Animation {
	/** Adds a frame. @param rgba opaque, `width * height * 4` bytes; the animation's own from now on */
	add(rgba: Uint8Array<ArrayBuffer>): void;
	/** Bytes of all frames so far. */
	readonly size: number;
	readonly frames: number;
	/** The file; there is at least one frame. @param delay milliseconds that each frame is shown */
	finish(delay: number): Uint8Array<ArrayBuffer>;
}

/** Starts an animation of one size. */
export type StartAnimation = (width: number, height: number) => Animation;

type Rectangle = CompressedFrame['rect'];

const wordsOf = (rgba: Uint8Array<ArrayBuffer>): Uint32Array =>
	new Uint32Array(rgba.buffer, rgba.byteOffset, rgba.length >> 2);

/** The pixels of a rectangle, copied. */
const cut = (pixels: Uint32Array, stride: number, { x, y, width, height }: Rectangle): Uint8Array<ArrayBuffer> => {
	const part = new Uint32Array(width * height);
	for (let row = 0; row < height; row++) {
		const start = (y + row) * stride + x;
		part.set(pixels.subarray(start, start + width), row * width);
	}
	return new Uint8Array(part.buffer);
};

export const createAnimator =
	(core: GetImageCore): StartAnimation =>
	(width, height) => {
		const frames: CompressedFrame[] = [];
		let size = 0;
		let before: Uint32Array | null = null;

		const rectangleOf = (pixels: Uint32Array): Rectangle => {
			if (before === null) return { x: 0, y: 0, width, height };
			// A frame has one pixel at least.
			const { left, top, ...sides } = changedRectangle(before, pixels, width) ?? {
				left: 0,
				top: 0,
				width: 1,
				height: 1,
			};
			return { x: left, y: top, ...sides };
		};
		return {
			add: (rgba) => {
				const pixels = wordsOf(rgba.byteOffset % 4 === 0 ? rgba : rgba.slice());
				const rect = rectangleOf(pixels);
				const part = cut(pixels, width, rect);
				const draw = rowsOfData({ ...rect, data: part })(core());
				const data = deflatePicture(core(), { ...rect, draw, spent: part });
				frames.push({ rect, data });
				size += data.reduce((sum, { length }) => sum + length, 0);
				before = pixels;
			},
			get size() {
				return size;
			},
			get frames() {
				return frames.length;
			},
			finish: (delay) => {
				const compressed = { ctype: colourTypeRgb, depth: 8, plte: [], frames };
				return writePng(
					compressed,
					width,
					height,
					frames.map(() => delay),
				);
			},
		};
	};
