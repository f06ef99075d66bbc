/** How much a client may say: a burst, and a rate at which it comes back. The SDK sends a few messages a minute. */
const burst = 500;
const perSecond = 100;

/** The result takes one message at a time (monotonic milliseconds) and says whether it is still within the budget. */
export const createMessageBudget = (startedAt: number): ((now: number) => boolean) => {
	let left = burst;
	let at = startedAt;
	return (now) => {
		left = Math.min(burst, left + ((now - at) / 1000) * perSecond) - 1;
		at = now;
		return left >= 0;
	};
};
