/** Emscripten's glue for the decoder of @jsquash/jpeg: the factory adds its functions to the object that it is given. */
declare module '@jsquash/jpeg/codec/dec/mozjpeg_dec.js' {
	const factory: (module: object) => Promise<unknown>;
	export default factory;
}
