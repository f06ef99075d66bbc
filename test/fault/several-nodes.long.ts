/** Several nodes and one bucket, when a node or its way to the bucket dies for longer than a lease. About a minute and a half. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../ingest/support/eventually.ts';
import { clockSize } from '../support/clock-picture.ts';
import { keepPublishingClock, publishClock } from '../support/clock-publisher.ts';
import { type Fleet, startFleet } from '../support/fleet.ts';
import { watchPictures } from '../support/picture-watch.ts';

const minutes = 60_000;
/** Milliseconds: a lease, the margin for clocks, and what a busy machine takes. */
const takeoverTime = 30_000 + 5000 + 15_000;

let fleet: Fleet;
beforeAll(async () => {
	fleet = await startFleet();
}, 60_000);
afterAll(() => fleet?.stop());

describe.concurrent('a stream whose node', () => {
	it.each([0, 600_000, -600_000])(
		'is killed is free for another node, %i ms off, when the lease is over',
		async (skew) => {
			const [owner, heir] = await Promise.all([fleet.add(), fleet.add({ skew })]);
			const name = `killed-${skew}`;
			const first = await publishClock({ url: `${owner.rtmp}/${name}`, scale: 1 });
			const watch = watchPictures(fleet.rest, name);
			await watch.until('a picture', 10_000, ({ status }) => status === 200);
			owner.process.kill('SIGKILL');
			await first.closed;
			const lease = (await fleet.stored(name))?.leaseUntil ?? 0;
			const next = keepPublishingClock({ url: `${heir.rtmp}/${name}`, scale: 2 });
			const { askedAt } = await watch.until(
				'a picture of the heir',
				takeoverTime,
				({ width }) => width === clockSize(2).width,
			);
			expect(askedAt).toBeGreaterThan(lease);
			expect(next.refusals[0]).toContain('Stream name is already in use');
			await watch.stop();
			// Until its end the lease is worth a picture that tells its age; between the two there is none.
			for (const look of watch.looks.filter((each) => each.askedAt > lease + 500 && each.askedAt < askedAt))
				if (look.status === 200) expect(look.width).toBe(clockSize(2).width);
			expect(watch.untruths).toEqual([]);
			await next.stop();
		},
		120_000,
	);

	it('is cut off from the bucket for longer than the lease is not found, and comes back by itself', async ({
		expect,
	}) => {
		const node = await fleet.add();
		const publisher = await publishClock({ url: `${node.rtmp}/cut-off` });
		const watch = watchPictures(fleet.rest, 'cut-off');
		await watch.until('a picture', 10_000, ({ status }) => status === 200);
		const before = await fleet.stored('cut-off');
		await node.front.cut();
		await watch.until('not found', takeoverTime, ({ status }) => status === 404);
		await eventually('readiness', async () => (await fetch(`${node.control}/readyz`)).status === 503);
		await node.front.mend();
		await watch.until('a fresh picture', 15_000, ({ age }) => age !== null && age < 2000);
		expect((await fleet.stored('cut-off'))?.session).toBe(before?.session);
		await watch.stop();
		expect(watch.untruths).toEqual([]);
		await publisher.stop();
	}, 120_000);

	it('is cut off belongs to the node that took it over, and the first publisher is told', async ({ expect }) => {
		const [cutOff, heir] = await Promise.all([fleet.add(), fleet.add()]);
		const first = await publishClock({ url: `${cutOff.rtmp}/taken`, scale: 1 });
		const watch = watchPictures(fleet.rest, 'taken');
		await watch.until('a picture', 10_000, ({ status }) => status === 200);
		await cutOff.front.cut();
		const next = keepPublishingClock({ url: `${heir.rtmp}/taken`, scale: 2 });
		await watch.until('a picture of the heir', takeoverTime, ({ width }) => width === clockSize(2).width);
		const from = Date.now();
		await cutOff.front.mend();
		await first.closed;
		await cutOff.process.logged('stream ended');
		await watch.stop();
		const widths = watch.looks.filter((look) => look.askedAt > from && look.status === 200).map(({ width }) => width);
		expect(new Set(widths)).toEqual(new Set([clockSize(2).width]));
		expect(watch.untruths).toEqual([]);
		await next.stop();
	}, 120_000);
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
