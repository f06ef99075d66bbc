/**
 * Which worker has which stream name. The workers of a node share its control URL, by which the store knows the node's own
 * objects: among themselves it is this registry that lets one publisher have a name.
 */
import type { StreamName } from '../../src/shared/stream-name.ts';
import type { Clock } from '../clock.ts';

interface Waiter {
	readonly slot: number;
	readonly settle: (isGranted: boolean) => void;
}

interface Holding {
	readonly slot: number;
	/** The stream is over; its tombstone is on its way. */
	isEnding: boolean;
	/** Who gets the name then, the first of them. */
	waiting: Waiter[];
}

export interface NameRegistry {
	/** Whether the worker may have the name. Waits for the tombstone of a stream that is over, for {@link tombstoneTime} at most. */
	reserve(name: StreamName, slot: number): Promise<boolean>;
	/** The worker's stream is over. */
	ending(name: StreamName, slot: number): void;
	/** The worker has no use for the name any more, whether it has it or waits for it. */
	release(name: StreamName, slot: number): void;
	/** The worker is gone, and so are its streams. */
	drop(slot: number): void;
	/** Slot of the worker that has the name, or `null`. */
	ownerOf(name: StreamName): number | null;
	/** All names, with the slot of their worker. */
	entries(): readonly (readonly [StreamName, number])[];
}

/** Milliseconds that a publisher waits for the end of the stream before. Well below what its worker waits for an answer. */
export const tombstoneTime = 10_000;

/** @param onChange hears of each name that is taken, with its worker's slot, or free again, with `null` */
export const createNameRegistry = (
	clock: Pick<Clock, 'after'>,
	onChange: (name: StreamName, slot: number | null) => void,
): NameRegistry => {
	const names = new Map<StreamName, Holding>();

	const take = (name: StreamName, slot: number): void => {
		names.set(name, { slot, isEnding: false, waiting: [] });
		onChange(name, slot);
	};

	const free = (name: StreamName, { waiting: [next, ...others] }: Holding): void => {
		names.delete(name);
		onChange(name, null);
		if (next === undefined) return;
		take(name, next.slot);
		next.settle(true);
		for (const other of others) other.settle(false);
	};

	const stopWaiting = (holding: Holding, isMeant: (waiter: Waiter) => boolean): void => {
		const meant = holding.waiting.filter(isMeant);
		holding.waiting = holding.waiting.filter((waiter) => !meant.includes(waiter));
		for (const waiter of meant) waiter.settle(false);
	};

	const wait = (holding: Holding, slot: number): Promise<boolean> =>
		new Promise((resolve) => {
			const cancel = clock.after(tombstoneTime, () => stopWaiting(holding, (each) => each === waiter));
			const settle = (isGranted: boolean): void => {
				cancel();
				resolve(isGranted);
			};
			const waiter: Waiter = { slot, settle };
			holding.waiting.push(waiter);
		});

	const release = (name: StreamName, slot: number): void => {
		const holding = names.get(name);
		if (holding === undefined) return;
		stopWaiting(holding, (waiter) => waiter.slot === slot);
		if (holding.slot === slot) free(name, holding);
	};

	return {
		reserve: async (name, slot) => {
			const holding = names.get(name);
			if (holding?.isEnding === true) return wait(holding, slot);
			if (holding === undefined) take(name, slot);
			return holding === undefined;
		},
		ending: (name, slot) => {
			const holding = names.get(name);
			if (holding?.slot === slot) holding.isEnding = true;
		},
		release,
		drop: (slot) => {
			for (const name of [...names.keys()]) release(name, slot);
		},
		ownerOf: (name) => names.get(name)?.slot ?? null,
		entries: () => [...names].map(([name, { slot }]) => [name, slot] as const),
	};
};
