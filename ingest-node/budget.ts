/** How much somebody may do: a burst, and a rate at which it comes back. */
export interface BudgetOptions {
	readonly burst: number;
	readonly perSecond: number;
	/** Monotonic milliseconds. */
	readonly startedAt: number;
}

/** The result says whether one more thing at a time (monotonic milliseconds) is within the budget; refused ones cost nothing. */
export const createBudget = ({ burst, perSecond, startedAt }: BudgetOptions): ((now: number) => boolean) => {
	let left = burst;
	let at = startedAt;
	return (now) => {
		left = Math.min(burst, left + ((now - at) / 1000) * perSecond);
		at = now;
		if (left < 1) return false;
		left -= 1;
		return true;
	};
};
