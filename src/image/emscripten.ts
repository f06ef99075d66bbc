/**
 * Encoders that Emscripten has compiled and @jsquash has packed. Their glue is asynchronous in form only: given a synchronous
 * `instantiateWasm` all is done when the call returns.
 */
import type { Instantiate } from '../decoder/instantiate.ts';

/** The factory of the glue: adds functions to the object that it is given. */
export type Glue = (module: object) => Promise<unknown>;

interface EncoderModule {
	encode(rgba: Uint8Array, width: number, height: number, options: object): Uint8Array<ArrayBuffer> | null;
}

/** Runs an encoder. `null`: it failed. */
export type Encode = EncoderModule['encode'];

/** @throws whatever `instantiate` throws */
const createModule = (glue: Glue, instantiate: Instantiate): EncoderModule => {
	let failure: unknown = null;
	const module = {
		print: () => {},
		printErr: () => {},
		// Else it asks where it is itself, which a Worker does not know.
		locateFile: () => '',
		instantiateWasm: (imports: object, receive: (instance: object) => void): object => {
			try {
				const instance = instantiate(imports);
				receive(instance);
				return instance.exports;
			} catch (error) {
				failure = error ?? new Error('the module was not instantiated');
				return {};
			}
		},
	};
	void glue(module).catch(() => {});
	if (failure !== null) throw failure;
	return module as unknown as EncoderModule;
};

// The memory of an instance never shrinks: after a picture of more than 720p it goes, and its memory with it.
const keptPixels = 1280 * 720;

/** An encoder whose instance is made when it is first needed, kept while it is small, and dropped after a failure. */
export const createEncode = (glue: Glue, instantiate: Instantiate): Encode => {
	let module: EncoderModule | null = null;
	return (rgba, width, height, options) => {
		const current = module ?? createModule(glue, instantiate);
		module = null;
		const encoded = current.encode(rgba, width, height, options);
		if (encoded !== null && width * height <= keptPixels) module = current;
		return encoded;
	};
};
