/** A store that fails for longer than a lease, in every way. About two minutes for all of them at once. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { eventually } from '../ingest/support/eventually.ts';
import { publishClock } from '../support/clock-publisher.ts';
import { type Fleet, type FleetNode, startFleet } from '../support/fleet.ts';
import { watchPictures } from '../support/picture-watch.ts';
import { storeFaults } from './store-faults.ts';

/** Milliseconds: more than a lease. */
const duration = 45_000;
const recoveryTime = 25_000;

const nodes = new Map<string, FleetNode>();
let fleet: Fleet;
beforeAll(async () => {
	fleet = await startFleet();
	// One after the other: a start costs a second of a processor.
	for (const [what] of storeFaults) nodes.set(what, await fleet.add());
}, 120_000);
afterAll(() => fleet?.stop());

describe.concurrent('a store that, for longer than a lease,', () => {
	it.each(storeFaults)(
		'%s: no wrong picture, and live again by itself',
		async (what, fault) => {
			const node = nodes.get(what);
			if (node === undefined) throw new Error('the node did not start');
			const name = what.replaceAll(' ', '-');
			const publisher = await publishClock({ url: `${node.rtmp}/${name}` });
			const watch = watchPictures(fleet.rest, name, { interval: 400 });
			await watch.until('a picture', 20_000, ({ status }) => status === 200);
			const before = await fleet.stored(name);
			node.front.fault = fault;
			await sleep(duration);
			// What is written though its answer is lost keeps the stream alive: it is true.
			if (fault !== 'loses answers') await watch.until('not found', 15_000, ({ status }) => status === 404);
			node.front.fault = null;
			await watch.until('a fresh picture', recoveryTime, ({ age }) => age !== null && age < 2500);
			await eventually(
				'the session',
				async () => (await fleet.stored(name))?.session === before?.session,
				recoveryTime,
			);
			await watch.stop();
			if (watch.untruths.length > 0) throw new Error(watch.untruths.join('\n'));
			await publisher.stop();
		},
		150_000,
	);
});
