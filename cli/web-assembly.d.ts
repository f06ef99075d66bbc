// Node has WebAssembly; neither the ES library nor @types/node says so.
declare namespace WebAssembly {
	class Module {
		constructor(bytes: Uint8Array);
	}
	class Instance {
		constructor(module: Module, imports: object);
		readonly exports: object;
	}
}
