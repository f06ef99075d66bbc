/**
 * A clock for cameras: 24 cells of a picture, black or white, are the bits of the milliseconds since the epoch. Who reads
 * it knows when a picture was taken, and what every pixel of it has to be.
 */

const columns = 6;
const rows = 4;
const bits = columns * rows;
const cellSize = 80;

/**
 * Defines `clockStream(noise)`, the clock as a MediaStream of 30 pictures a second, in a page. With noise its cells are
 * not flat: a keyframe then has as many packets as that of a camera.
 */
export const clockScript = `
	const clockStream = (noise) => {
		const [width, height] = [${columns * cellSize}, ${rows * cellSize}];
		const canvas = Object.assign(document.createElement('canvas'), { width, height });
		document.body.append(canvas);
		const context = canvas.getContext('2d');
		// Dark and light grain; a cell shows its part of one or the other.
		const grain = [0, 1].map((isWhite) => {
			const side = Object.assign(document.createElement('canvas'), { width, height });
			const pen = side.getContext('2d');
			for (let y = 0; y < height; y += 4)
				for (let x = 0; x < width; x += 4) {
					const level = noise ? Math.floor(Math.random() * 70) : 0;
					pen.fillStyle = 'rgb(' + Array(3).fill(isWhite ? 255 - level : level) + ')';
					pen.fillRect(x, y, 4, 4);
				}
			return side;
		});
		const paint = () => {
			const now = Date.now();
			for (let bit = 0; bit < ${bits}; bit += 1) {
				const cell = [(bit % ${columns}) * ${cellSize}, Math.floor(bit / ${columns}) * ${cellSize}, ${cellSize}, ${cellSize}];
				context.drawImage(grain[(now >> bit) & 1], ...cell, ...cell);
			}
		};
		paint();
		setInterval(paint, 20);
		return canvas.captureStream(30);
	};
`;

export interface RgbPicture {
	readonly rgb: Uint8Array;
	readonly width: number;
	readonly height: number;
}

/** Milliseconds modulo 2^24 that a picture shows, at any size; `null` when a cell is neither black nor white. */
export const readClock = ({ rgb, width, height }: RgbPicture): number | null => {
	let time = 0;
	for (let bit = 0; bit < bits; bit += 1) {
		const x = Math.floor((((bit % columns) + 0.5) * width) / columns);
		const y = Math.floor(((Math.floor(bit / columns) + 0.5) * height) / rows);
		const level = rgb[(y * width + x) * 3 + 1] ?? 0;
		if (level > 96 && level < 160) return null;
		if (level > 128) time |= 1 << bit;
	}
	return time;
};

/** Share of the pixels whose green is not on the side of grey where the clock has it; edges of cells are blurred. */
export const wrongPixels = ({ rgb, width, height }: RgbPicture, time: number): number => {
	let wrong = 0;
	for (let y = 0; y < height; y += 1)
		for (let x = 0; x < width; x += 1) {
			const bit = Math.floor((x * columns) / width) + Math.floor((y * rows) / height) * columns;
			const isWhite = (rgb[(y * width + x) * 3 + 1] ?? 0) > 128;
			if (isWhite !== (((time >> bit) & 1) === 1)) wrong += 1;
		}
	return wrong / (width * height);
};

/** From `since`, epoch milliseconds, to the time shown: a difference of hours at most. */
export const lagOf = (shown: number, since: number): number => ((shown - since) << (32 - bits)) >> (32 - bits);
