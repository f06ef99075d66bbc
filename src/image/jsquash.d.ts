/** Emscripten's glue of the encoders: the factory adds its functions to the object that it is given. */
declare module '@jsquash/jpeg/codec/enc/mozjpeg_enc.js' {
	const factory: (module: object) => Promise<unknown>;
	export default factory;
}

declare module '@jsquash/webp/codec/enc/webp_enc_simd.js' {
	const factory: (module: object) => Promise<unknown>;
	export default factory;
}
