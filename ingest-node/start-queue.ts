/** Signals and the like that come while a node starts, which may take a while: they are heard as soon as it has. */

export interface StartQueue {
	/** Runs it, once the node has started. */
	hear(action: () => void): void;
	/** The node has started: what waits is run in its order. */
	open(): void;
}

export const createStartQueue = (): StartQueue => {
	let waiting: (() => void)[] | null = [];
	return {
		hear: (action) => {
			if (waiting === null) action();
			else waiting.push(action);
		},
		open: () => {
			const early = waiting ?? [];
			waiting = null;
			for (const action of early) action();
		},
	};
};
