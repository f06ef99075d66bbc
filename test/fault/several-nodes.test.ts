/** Several nodes, each a process, and one bucket. What takes a lease to see is in `several-nodes.long.ts`. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../ingest/support/eventually.ts';
import { clockSize } from '../support/clock-picture.ts';
import { publishClock } from '../support/clock-publisher.ts';
import { type Fleet, startFleet } from '../support/fleet.ts';
import { watchPictures } from '../support/picture-watch.ts';

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
