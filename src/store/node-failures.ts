/** Ingest nodes that did not answer, in the memory of one isolate: a dead node costs one request its patience, not all. */

export interface NodeFailures {
	/** Whether a node may be asked now. */
	mayAsk(node: string): boolean;
	/** Leaves it alone for a while, longer each time. */
	failed(node: string): void;
	/** It works: forgets what was. */
	answered(node: string): void;
}

// Milliseconds. A node that restarts is back within the first few; one that stays away is asked twice a minute.
const firstPause = 2000;
const longestPause = 30_000;

// More nodes than an isolate sees; what is beyond is asked once too often.
const capacity = 200;

/** @param now milliseconds */
export const createNodeFailures = (now: () => number): NodeFailures => {
	const failures = new Map<string, { readonly until: number; readonly pause: number }>();
	return {
		mayAsk: (node) => (failures.get(node)?.until ?? 0) <= now(),
		failed: (node) => {
			const pause = Math.min(longestPause, (failures.get(node)?.pause ?? firstPause / 2) * 2);
			failures.delete(node);
			failures.set(node, { until: now() + pause, pause });
			const oldest = failures.keys().next().value;
			if (failures.size > capacity && oldest !== undefined) failures.delete(oldest);
		},
		answered: (node) => {
			failures.delete(node);
		},
	};
};
