/** The part of `node:zlib` that this folder uses; workerd and Node have it, this project knows no platform types. */
declare module 'node:zlib' {
	export interface DeflateOptions {
		readonly level?: number;
		readonly strategy?: number;
		/** 1 to 9: how much is remembered of the input, 8 unless told. */
		readonly memLevel?: number;
		/** Bytes of a piece of output. */
		readonly chunkSize?: number;
	}
	export const constants: {
		readonly Z_DEFAULT_STRATEGY: number;
		readonly Z_HUFFMAN_ONLY: number;
		readonly Z_RLE: number;
	};
	export function crc32(bytes: Uint8Array): number;
	export function deflateSync(bytes: Uint8Array, options: DeflateOptions): Uint8Array;
}
