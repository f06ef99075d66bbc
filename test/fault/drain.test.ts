/** A node that is asked to end: SIGTERM with a grace time, and its next life. */
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../ingest/support/eventually.ts';
import { connectRtsp } from '../ingest/support/rtsp-publisher.ts';
import { keepPublishingClock, publishClock } from '../support/clock-publisher.ts';
import { type Fleet, type FleetNode, startFleet } from '../support/fleet.ts';
import { watchPictures } from '../support/picture-watch.ts';

let fleet: Fleet;
beforeAll(async () => {
	fleet = await startFleet();
}, 60_000);
afterAll(() => fleet?.stop());

const isOpen = (url: string): Promise<boolean> =>
	new Promise((resolve) => {
		const socket = connect(Number(new URL(url.replace(/^rt[ms]p/, 'http')).port), '127.0.0.1');
		socket.once('connect', () => {
			socket.destroy();
			resolve(true);
		});
		socket.once('error', () => resolve(false));
	});

const readiness = async ({ control }: FleetNode) => {
	const response = await fetch(`${control}/readyz`);
	const { reasons } = (await response.json()) as { reasons: string[] };
	return { status: response.status, reasons };
};

describe('a node that is drained', () => {
	it('closes its ports at once, keeps those who are there for the grace time, and ends with the last of them', async () => {
		const node = await fleet.add({ settings: { DRAIN_TIME: '1m' } });
		const [stays, leaves] = await Promise.all(
			['stays', 'leaves'].map((name) => publishClock({ url: `${node.rtmp}/${name}` })),
		);
		const ready = await node.process.logged('ingest node ready');
		const rtsp = await connectRtsp(Number(new URL(String(ready.rtsp).replace('rtsp', 'http')).port), 'camera');
		await rtsp.record();
		rtsp.stream();
		const watch = watchPictures(fleet.rest, 'stays');
		await watch.until('a picture', 10_000, ({ status }) => status === 200);
		expect((await readiness(node)).status).toBe(200);

		node.process.kill('SIGTERM');
		await node.process.logged('ingest node draining');
		expect(await readiness(node)).toMatchObject({ status: 503, reasons: ['the node is draining'] });
		expect(await Promise.all([ready.rtmp, ready.rtsp, ready.ws].map((url) => isOpen(String(url))))).toEqual([
			...[false, false, false],
		]);
		// Fresh pictures still: the edge asks the node for them.
		await watch.until('a fresh picture', 10_000, ({ age }) => age !== null && age < 2000);
		await eventually('the redirection', () => rtsp.peer.received().includes('REDIRECT rtsp://'));
		rtsp.stop();
		await leaves?.stop();
		expect(node.process.process.exitCode).toBeNull();
		await stays?.stop();
		expect(await node.process.ended).toBe(0);
		for (const name of ['stays', 'leaves', 'camera']) expect((await fleet.stored(name))?.leaseUntil).toBe(0);
		await watch.until('not found', 2000, ({ status }) => status === 404);
		await watch.stop();
		expect(watch.untruths).toEqual([]);
	});

	it('ends its streams when the time is over, or at the second signal, and tells the publisher', async () => {
		const [patient, hurried] = await Promise.all([
			fleet.add({ settings: { DRAIN_TIME: '1s' } }),
			fleet.add({ settings: { DRAIN_TIME: '1h' } }),
		]);
		const names = ['time-is-over', 'second-signal'];
		const publishers = await Promise.all(
			[patient, hurried].map((node, index) => publishClock({ url: `${node.rtmp}/${names[index]}` })),
		);
		await eventually('objects', async () =>
			(await Promise.all(names.map(fleet.stored))).every((info) => info !== null),
		);
		for (const node of [patient, hurried]) node.process.kill('SIGTERM');
		await hurried.process.logged('ingest node draining');
		hurried.process.kill('SIGTERM');
		expect(await Promise.all([patient, hurried].map(({ process }) => process.ended))).toEqual([0, 0]);
		for (const name of names) expect((await fleet.stored(name))?.leaseUntil).toBe(0);
		expect(await Promise.all(publishers.map(({ closed }) => closed))).toHaveLength(2);
	});

	it('hands its publisher over to another node, and comes back, without a wrong picture', async () => {
		const first = await fleet.add({ settings: { RTMP_PORT: 'auto' } });
		const port = new URL(first.rtmp.replace('rtmp', 'http')).port;
		// The load balancer: whoever is there has the port.
		const publisher = keepPublishingClock({ url: `${first.rtmp}/moves` });
		const watch = watchPictures(fleet.rest, 'moves');
		await watch.until('a picture', 10_000, ({ status }) => status === 200);
		const before = await fleet.stored('moves');
		first.process.kill('SIGTERM');
		expect(await first.process.ended).toBe(0);
		await watch.until('not found', 3000, ({ status }) => status === 404);
		const second = await fleet.add({ settings: { RTMP_PORT: port } });
		await watch.until('a picture again', 10_000, ({ status, age }) => status === 200 && (age ?? 9999) < 2000);
		expect((await fleet.stored('moves'))?.session).not.toBe(before?.session);
		second.process.kill('SIGTERM');
		expect(await second.process.ended).toBe(0);
		await publisher.stop();
		await watch.stop();
		expect(watch.untruths).toEqual([]);
	});
});
