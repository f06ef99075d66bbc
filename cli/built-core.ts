/** The WebAssembly cores that `npm install` builds, in Node: each read and compiled once. */
import { readFileSync } from 'node:fs';

const modules = new Map<string, WebAssembly.Module>();

/** The exports of a fresh instance. @param path of the module in `src` */
export const instantiateBuilt = (path: string): object => {
	let module = modules.get(path);
	if (module === undefined) {
		module = new WebAssembly.Module(readFileSync(new URL(`../src/${path}`, import.meta.url)));
		modules.set(path, module);
	}
	return new WebAssembly.Instance(module, {}).exports;
};
