/** The one function of `node:zlib` that `png.ts` uses; workerd and Node have it, this project knows no platform types. */
declare module 'node:zlib' {
	export function deflateSync(bytes: Uint8Array, options: { readonly level: number }): Uint8Array;
}
