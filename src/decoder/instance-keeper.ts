/**
 * Other people's decoders want a fresh instance for every frame: dav1d traps at its second one, libvpx tells a damaged VP8
 * keyframe from a whole one only if it is its first. An instance is fresh, too, when its memory is put back to what it was
 * after the start. That spares the garbage: an instance is 17 MB and more, and nobody knows when they are collected.
 */
import type { CoreInstance } from './instantiate.ts';

/** A module that has just been started and has decoded nothing. */
export interface StartedModule<Module> {
	readonly module: Module;
	readonly instance: CoreInstance;
}

export interface InstanceKeeper {
	/**
	 * Lets `work` have a module as `start` makes it. What `work` gives must not refer to the module's memory. The module
	 * of work that throws is not used again: a trap leaves more than memory behind.
	 *
	 * @param owner what tells modules apart
	 */
	use<Module, Result>(owner: string, start: () => StartedModule<Module>, work: (module: Module) => Result): Result;
}

interface Memory {
	readonly buffer: ArrayBuffer;
}

/** Larger memories are given up: one outsized picture shall not cost the isolate a quarter of its memory for ever. */
const greatestMemory = 40 * 1024 * 1024;

const memoryOf = ({ exports }: CoreInstance): Memory => {
	const memory = Object.values(exports).find((value) => value?.buffer instanceof ArrayBuffer);
	if (memory === undefined) throw new Error('the module exports no memory');
	return memory;
};

/** What a memory holds behind which it is all zeros: stack and heap of an instance that has only started. */
const imageOf = (memory: Memory): Uint8Array => {
	const words = new Uint32Array(memory.buffer);
	let end = words.length;
	while (end > 0 && words[end - 1] === 0) end--;
	return new Uint8Array(memory.buffer.slice(0, end * 4));
};

/** Returns whether it could. */
const putBack = (memory: Memory, image: Uint8Array): boolean => {
	const bytes = new Uint8Array(memory.buffer);
	if (bytes.length > greatestMemory) return false;
	bytes.fill(0, image.length);
	bytes.set(image);
	return true;
};

interface Kept {
	readonly owner: string;
	readonly module: unknown;
	readonly memory: Memory;
	readonly image: Uint8Array;
}

/** Keeps one instance, that of the last frame: streams of one kind are the rule, and memory is dear. */
export const createInstanceKeeper = (): InstanceKeeper => {
	let kept: Kept | null = null;
	// All instances of a module start alike.
	const images = new Map<string, Uint8Array>();

	const take = <Module>(owner: string, start: () => StartedModule<Module>): Kept => {
		const last = kept;
		kept = null;
		if (last?.owner === owner && putBack(last.memory, last.image)) return last;
		const { module, instance } = start();
		const memory = memoryOf(instance);
		const image = images.get(owner) ?? imageOf(memory);
		images.set(owner, image);
		return { owner, module, memory, image };
	};

	return {
		use: (owner, start, work) => {
			const taken = take(owner, start);
			const result = work(taken.module as Parameters<typeof work>[0]);
			kept = taken;
			return result;
		},
	};
};
