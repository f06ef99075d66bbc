/** Several nodes, each a process, and one bucket. What takes a lease to see is in `several-nodes.long.ts`. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../ingest/support/eventually.ts';
import { clockSize } from '../support/clock-picture.ts';
import { publishClock } from '../support/clock-publisher.ts';
import { type Fleet, startFleet } from '../support/fleet.ts';
import { watchPictures } from '../support/picture-watch.ts';

const minutes = 60_000;

let fleet: Fleet;
beforeAll(async () => {
	fleet = await startFleet();
}, 60_000);
afterAll(() => fleet?.stop());

describe('two nodes that are published to under one name at the same moment', () => {
	it('give it to one publisher, and tell the other', async () => {
		const nodes = await Promise.all([fleet.add(), fleet.add()]);
		for (let round = 0; round < 2; round += 1) {
			const name = `wanted-${round}`;
			const tried = await Promise.allSettled(
				nodes.map((node, index) => publishClock({ url: `${node.rtmp}/${name}`, scale: index + 1 })),
			);
			const let_in = tried.flatMap((each, index) =>
				each.status === 'fulfilled' ? [{ publisher: each.value, width: clockSize(index + 1).width }] : [],
			);
			// Both looked before either wrote: the one whose first write comes too late is told then.
			const watch = watchPictures(fleet.rest, name);
			const { width } = await watch.until('a picture', 10_000, ({ status }) => status === 200);
			if (let_in.length === 2) await Promise.race(let_in.map(({ publisher }) => publisher.closed));
			for (const each of tried)
				if (each.status === 'rejected') expect(String(each.reason)).toContain('Stream name is already in use');
			await eventually('several pictures', () => watch.looks.length > 8);
			await watch.stop();
			expect(new Set(watch.looks.flatMap((look) => (look.status === 200 ? [look.width] : [])))).toEqual(
				new Set([width]),
			);
			expect(watch.untruths).toEqual([]);
			await Promise.all(let_in.map(({ publisher }) => publisher.stop()));
			await eventually('the end', async () => (await fleet.stored(name))?.leaseUntil === 0);
		}
	});
});

describe.concurrent.each([10 * minutes, -10 * minutes])('a node whose clock is %i ms off', (skew) => {
	it('tells the right times, is called by the edge, and shares names with the others', async ({ expect }) => {
		const [off, right] = await Promise.all([fleet.add({ skew }), fleet.add()]);
		const { offset } = await off.process.logged("the store's clock is used");
		expect(Math.abs(Number(offset) + skew)).toBeLessThan(3000);
		const name = `skewed-${skew}`;
		const publisher = await publishClock({ url: `${off.rtmp}/${name}` });
		const watch = watchPictures(fleet.rest, name);
		await watch.until('a fresh picture', 10_000, ({ age }) => age !== null && age < 2000);
		await expect(publishClock({ url: `${right.rtmp}/${name}` })).rejects.toThrow('already in use');
		const info = await fleet.stored(name);
		expect(Math.abs((info?.leaseUntil ?? 0) - Date.now() - 30_000)).toBeLessThan(5000);
		// Every push interval, and in between by the edge's calls, which a node that is 10 minutes off would refuse.
		await eventually('fresh pictures', () => watch.looks.filter(({ age }) => age !== null && age < 1500).length > 10);
		await publisher.stop();
		await watch.until('not found', 3000, ({ status }) => status === 404);
		const next = await publishClock({ url: `${right.rtmp}/${name}` });
		await watch.until('a picture of the other', 10_000, ({ status }) => status === 200);
		await next.stop();
		await watch.stop();
		expect(watch.untruths).toEqual([]);
	});
});
