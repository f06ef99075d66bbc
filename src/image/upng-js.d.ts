/** The part of upng-js 2.1.0 that `png.ts` uses; the package has no types. */
declare module 'upng-js' {
	interface Frame {
		readonly rect: { readonly x: number; readonly y: number; readonly width: number; readonly height: number };
		/** Of an animation. */
		readonly blend: number;
		readonly dispose: number;
		/** zlib bytes. */
		readonly cimg: Uint8Array;
	}

	interface CompressedPictures {
		/** Colour type and bit depth, PNG § 11.2.1. */
		readonly ctype: number;
		readonly depth: number;
		/** RGBA in memory order. */
		readonly plte: readonly number[];
		/** Whether alpha of the palette is written. */
		readonly gotAlpha: boolean;
		readonly frames: readonly Frame[];
	}

	interface Encode {
		/**
		 * @param colours 0: lossless
		 * @param delays of an animation
		 */
		(
			frames: readonly ArrayBuffer[],
			width: number,
			height: number,
			colours: number,
			delays: readonly number[],
			forbidPalette: boolean,
		): ArrayBuffer;
		compressPNG(frames: readonly ArrayBuffer[], width: number, height: number): CompressedPictures;
	}

	const UPNG: {
		readonly encode: Encode;
		readonly crc: { crc(bytes: Uint8Array, offset: number, length: number): number };
	};
	export default UPNG;
}
