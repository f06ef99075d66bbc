/** A store that fails for seconds, which is less than a lease: nobody is to notice. `store.long.ts` has the minutes. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../ingest/support/eventually.ts';
import { publishClock } from '../support/clock-publisher.ts';
import { type Fleet, startFleet } from '../support/fleet.ts';
import { watchPictures } from '../support/picture-watch.ts';
import { storeFaults } from './store-faults.ts';

let fleet: Fleet;
beforeAll(async () => {
	fleet = await startFleet();
}, 60_000);
afterAll(() => fleet?.stop());

/** All of them, and for longer, are in the long run. */
const momentary = new Set(['says 429 to everything', 'loses its answers']);

/** Milliseconds from the end of a fault to the next write: a call that hangs is given up after 8 s, the longest pause is 5 s. */
const recoveryTime = 20_000;

describe('a store that fails for a moment', () => {
	it('is not noticed by who looks, whatever it does', async () => {
		const node = await fleet.add();
		const publisher = await publishClock({ url: `${node.rtmp}/steady` });
		const watch = watchPictures(fleet.rest, 'steady');
		await watch.until('a picture', 10_000, ({ status }) => status === 200);
		const before = await fleet.stored('steady');
		const from = Date.now();
		for (const [, fault] of storeFaults.filter(([what]) => momentary.has(what))) {
			node.front.fault = fault;
			const { hit } = node.front;
			await eventually('a failure', () => node.front.hit > hit, 10_000);
			await sleep(300);
		}
		node.front.fault = null;
		const mendedAt = Date.now();
		await eventually('a write', async () => ((await fleet.stored('steady'))?.capturedAt ?? 0) > mendedAt, recoveryTime);
		expect((await fleet.stored('steady'))?.session).toBe(before?.session);
		await watch.stop();
		// The node was asked for fresh keyframes all the time.
		const seen = watch.looks.filter(({ askedAt }) => askedAt > from);
		expect(seen.filter(({ status }) => status !== 200)).toEqual([]);
		expect(Math.max(...seen.map(({ age }) => age ?? Number.POSITIVE_INFINITY))).toBeLessThan(3000);
		expect(watch.untruths).toEqual([]);
		await publisher.stop();
	});
});
