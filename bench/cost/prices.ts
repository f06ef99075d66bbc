/**
 * What Cloudflare charges, US dollars. Workers Paid and R2 standard storage, as the price lists said in 2026; read on 2026-11-21:
 * developers.cloudflare.com/workers/platform/pricing and developers.cloudflare.com/r2/pricing. Deleting and traffic to the
 * internet cost nothing. What is included is included once an account and month.
 */

/** What an account has used in a month of 30 days. */
export interface Usage {
	/** R2 writes and lists. A write whose condition fails counts. */
	readonly classA: number;
	/** R2 reads of objects and of their metadata; those that find nothing count. */
	readonly classB: number;
	/** Gigabytes that were stored, averaged over the month. */
	readonly storedGigabytes: number;
	/** Requests of the Worker, whether a cache in front of it answers or not. */
	readonly requests: number;
	/** Milliseconds of the Worker's processor time. */
	readonly cpu: number;
}

type Item = keyof Usage;

/** Dollars a unit. */
export const prices: Readonly<Record<Item, number>> = {
	classA: 4.5e-6,
	classB: 0.36e-6,
	storedGigabytes: 0.015,
	requests: 0.3e-6,
	cpu: 0.02e-6,
};

const included: Readonly<Record<Item, number>> = {
	classA: 1e6,
	classB: 10e6,
	storedGigabytes: 10,
	requests: 10e6,
	cpu: 30e6,
};

/** Dollars a month, with the units above. */
const subscription = 5;

export interface Bill extends Readonly<Record<Item, number>> {
	readonly total: number;
}

const items = Object.keys(prices) as Item[];

/** Dollars of a month. */
export const billOf = (usage: Usage): Bill => {
	const charge = (item: Item): number => Math.max(0, usage[item] - included[item]) * prices[item];
	const charges = Object.fromEntries(items.map((item) => [item, charge(item)])) as Record<Item, number>;
	return { ...charges, total: subscription + items.reduce((sum, item) => sum + charges[item], 0) };
};
