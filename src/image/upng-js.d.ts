/** The part of upng-js 2.1.0 that `png.ts` uses; the package has no types. */
declare module 'upng-js' {
	/** Filters and deflates the rows of one frame: zlib bytes. `filtered` is scratch of `height * (rowBytes + 1)` bytes. */
	type FilterZero = (
		pixels: Uint8Array<ArrayBuffer>,
		height: number,
		pixelBytes: number,
		rowBytes: number,
		filtered: Uint8Array,
	) => Uint8Array;

	interface Encode {
		/**
		 * @param colours 0: lossless
		 * @param delays of an animation
		 */
		(
			frames: ArrayBuffer[],
			width: number,
			height: number,
			colours: number,
			delays: number[],
			forbidPalette: boolean,
		): ArrayBuffer;
		_filterZero: FilterZero;
	}

	const UPNG: { readonly encode: Encode };
	export default UPNG;
}
