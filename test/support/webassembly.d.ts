/** The part of WebAssembly that tests use: neither TypeScript's ES libraries nor Node's types declare it. */
declare global {
	namespace WebAssembly {
		class Module {
			constructor(bytes: Uint8Array);
		}
		class Instance {
			constructor(module: Module, imports: object);
			readonly exports: Readonly<Record<string, unknown>>;
		}
	}
}

export {};
