/** The yardstick for our colours: planes to RGB in floating point, straight from the definitions. */

export interface PlanesLayout {
	readonly width: number;
	readonly height: number;
	/** Kr and Kb of the matrix, H.273 table 4. */
	readonly matrix: keyof typeof matrices;
	readonly fullRange: boolean;
}

const matrices = {
	bt601: { red: 0.299, blue: 0.114 },
	bt709: { red: 0.2126, blue: 0.0722 },
} as const;

const toByte = (value: number): number => Math.min(255, Math.max(0, Math.round(value * 255)));

/**
 * 4:2:0 planes (Y, U, V packed, as ffmpeg writes them) to R, G, B bytes. H.273 § 8.3; each chroma sample colours the
 * four pixels that it covers.
 */
export const floatRgb = (yuv: Uint8Array, { width, height, matrix, fullRange }: PlanesLayout): Uint8Array => {
	const { red: kr, blue: kb } = matrices[matrix];
	const kg = 1 - kr - kb;
	const chromaWidth = (width + 1) >> 1;
	const chromaSize = chromaWidth * ((height + 1) >> 1);
	const luma = (code: number): number => (fullRange ? code / 255 : (code - 16) / 219);
	const chroma = (code: number): number => (code - 128) / (fullRange ? 255 : 224);
	const rgb = new Uint8Array(width * height * 3);
	let out = 0;
	for (let row = 0; row < height; row++)
		for (let column = 0; column < width; column++) {
			const at = width * height + (row >> 1) * chromaWidth + (column >> 1);
			const y = luma(yuv[row * width + column] ?? 0);
			const cb = chroma(yuv[at] ?? 0);
			const cr = chroma(yuv[at + chromaSize] ?? 0);
			const red = y + 2 * (1 - kr) * cr;
			const blue = y + 2 * (1 - kb) * cb;
			rgb[out++] = toByte(red);
			rgb[out++] = toByte((y - kr * red - kb * blue) / kg);
			rgb[out++] = toByte(blue);
		}
	return rgb;
};

/** Largest difference of two pictures in any channel of any pixel. */
export const largestDifference = (a: Uint8Array, b: Uint8Array): number => {
	let largest = a.length === b.length ? 0 : 255;
	for (let at = 0; at < a.length; at++) largest = Math.max(largest, Math.abs((a[at] ?? 0) - (b[at] ?? 0)));
	return largest;
};

/** Peak signal-to-noise ratio of two pictures in dB. */
export const psnr = (a: Uint8Array, b: Uint8Array): number => {
	if (a.length !== b.length) return 0;
	let sum = 0;
	for (let at = 0; at < a.length; at++) sum += ((a[at] ?? 0) - (b[at] ?? 0)) ** 2;
	return 10 * Math.log10((255 * 255 * a.length) / sum);
};
