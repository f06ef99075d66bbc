/** Emscripten's glue for the decoders of ogv: the factory adds its functions to the object that it is given. */
declare module 'ogv/dist/*' {
	const factory: (module: object) => Promise<unknown>;
	export default factory;
}
