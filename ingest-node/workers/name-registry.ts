/**
 * Which worker has which stream name. The workers of a node share its control URL, by which the store knows the node's own
 * objects: among themselves it is this registry that lets one publisher have a name.
 */
import type { StreamName } from '../../src/shared/stream-name.ts';

interface Holding {
	readonly slot: number;
	/** The stream is over; its tombstone is on its way. */
	isEnding: boolean;
	/** Resolves when the name is free. */
	readonly freed: PromiseWithResolvers<void>;
}

export interface NameRegistry {
	/** Whether the worker may have the name. Waits for the tombstone of a stream that is over. */
	reserve(name: StreamName, slot: number): Promise<boolean>;
	/** The worker's stream is over. */
	ending(name: StreamName, slot: number): void;
	/** The name is free again. */
	release(name: StreamName, slot: number): void;
	/** The worker is gone, and so are its streams. */
	drop(slot: number): void;
	/** Slot of the worker that has the name, or `null`. */
	ownerOf(name: StreamName): number | null;
	/** All names, with the slot of their worker. */
	entries(): readonly (readonly [StreamName, number])[];
}

/** @param onChange hears of each name that is taken, with its worker's slot, or free again, with `null` */
export const createNameRegistry = (onChange: (name: StreamName, slot: number | null) => void): NameRegistry => {
	const names = new Map<StreamName, Holding>();

	const release = (name: StreamName, slot: number): void => {
		const holding = names.get(name);
		if (holding?.slot !== slot) return;
		names.delete(name);
		onChange(name, null);
		holding.freed.resolve();
	};

	return {
		reserve: async (name, slot) => {
			for (let holding = names.get(name); holding !== undefined; holding = names.get(name)) {
				if (!holding.isEnding) return false;
				await holding.freed.promise;
			}
			names.set(name, { slot, isEnding: false, freed: Promise.withResolvers() });
			onChange(name, slot);
			return true;
		},
		ending: (name, slot) => {
			const holding = names.get(name);
			if (holding?.slot === slot) holding.isEnding = true;
		},
		release,
		drop: (slot) => {
			for (const [name, holding] of [...names]) if (holding.slot === slot) release(name, slot);
		},
		ownerOf: (name) => names.get(name)?.slot ?? null,
		entries: () => [...names].map(([name, { slot }]) => [name, slot] as const),
	};
};
