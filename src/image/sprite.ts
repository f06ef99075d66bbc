/** Many small pictures in one: tiles of one size, row by row, black where there is none. */
import type { RgbaImage } from './rgba-image.ts';

export interface SpriteLayout {
	/** Tiles side by side, and one above the other. */
	readonly columns: number;
	readonly rows: number;
	/** Pixels of a tile. */
	readonly width: number;
	readonly height: number;
}

export interface Sprite {
	readonly image: RgbaImage;
	/** Puts a picture into the middle of a tile, 0 is the first. It is not larger than the tile. */
	place(tile: number, picture: RgbaImage): void;
}

const pixelsOf = ({ data }: RgbaImage): Uint32Array =>
	data.byteOffset % 4 === 0
		? new Uint32Array(data.buffer, data.byteOffset, data.length >> 2)
		: new Uint32Array(data.slice().buffer);

const opaqueBlack = 0xff000000;

export const createSprite = ({ columns, rows, width, height }: SpriteLayout): Sprite => {
	const size = { width: columns * width, height: rows * height };
	const pixels = new Uint32Array(size.width * size.height).fill(opaqueBlack);
	return {
		image: { data: new Uint8Array(pixels.buffer), ...size },
		place: (tile, picture) => {
			const from = pixelsOf(picture);
			const left = (tile % columns) * width + ((width - picture.width) >> 1);
			const top = Math.floor(tile / columns) * height + ((height - picture.height) >> 1);
			for (let row = 0; row < picture.height; row++) {
				const source = from.subarray(row * picture.width, (row + 1) * picture.width);
				pixels.set(source, (top + row) * size.width + left);
			}
		},
	};
};
