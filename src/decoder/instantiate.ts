/** How a decoder gets at WebAssembly without knowing the platform. */

export interface CoreInstance {
	readonly exports: object;
}

/** Makes a fresh instance of a module with the imports that its glue code gives; the composition root knows the module. */
export type Instantiate = (imports: object) => CoreInstance;
