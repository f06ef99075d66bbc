/** What an import of a `.wasm` file gives in workerd, by the `CompiledWasm` rule of wrangler.toml. */
declare module '*.wasm' {
	const module: WebAssembly.Module;
	export default module;
}
