/** A node of several processes: what they share, who plays what, and what becomes of the others when one is killed. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { headerOf } from '../../ingest-node/protocols/rtsp/message.ts';
import { descendants } from '../e2e/support/descendants.ts';
import { isAlive } from '../e2e/support/processes.ts';
import { untilStatus } from '../e2e/support/rest.ts';
import { startTestStack } from '../e2e/support/stack.ts';
import { openWhip } from '../e2e/support/whip-client.ts';
import { eventually } from '../ingest/support/eventually.ts';
import { createCamera, intraPicture } from '../ingest/support/h264-camera.ts';
import { connectRtsp } from '../ingest/support/rtsp-publisher.ts';
import { endWebRtc } from '../ingest/support/webrtc-peer.ts';
import { type ClockPublisher, keepPublishingClock, publishClock } from '../support/clock-publisher.ts';
import { type Fleet, type FleetNode, startFleet } from '../support/fleet.ts';
import { watchPictures } from '../support/picture-watch.ts';

let fleet: Fleet;
let node: FleetNode;
let http: string;
beforeAll(async () => {
	fleet = await startFleet();
	node = await fleet.add({ settings: { WORKERS: '2' } });
	const ready = await node.process.logged('ingest node ready');
	http = String(ready.ws).replace('ws', 'http');
}, 90_000);
afterAll(async () => {
	await fleet?.stop();
	endWebRtc();
});

const workers = (): number[] => descendants(node.process.process.pid ?? 0);
const streams = async (): Promise<string[]> => {
	const health = (await (await fetch(`${node.control}/health`)).json()) as { streams: { name: string }[] };
	return health.streams.map(({ name }) => name).sort();
};
const publishMany = (what: string, count: number): Promise<ClockPublisher[]> =>
	Promise.all(
		Array.from({ length: count }, (_, index) => publishClock({ url: `${node.rtmp}/${what}-${index}`, interval: 400 })),
	);

describe('two workers', () => {
	it('share ports, names, health, readiness and metrics', async () => {
		expect(workers()).toHaveLength(2);
		const publishers = await publishMany('shared', 4);
		await eventually('all streams', async () => (await streams()).length === 4);
		const refusals = await Promise.allSettled(
			['shared-0', 'shared-1'].map((name) => publishClock({ url: `${node.rtmp}/${name}` })),
		);
		expect(refusals.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
		expect((await fetch(`${node.control}/readyz`)).status).toBe(200);
		const metrics = await (await fetch(`${node.control}/metrics`)).text();
		expect(metrics).toMatch(/^livestill_streams\{protocol="rtmp",codec="h264"\} 4$/m);
		expect(metrics).toMatch(/^livestill_store_up 1$/m);
		// Both have some: connections are handed out in turn.
		const ready = node.process.log().filter(({ event }) => event === 'worker ready');
		expect(new Set(ready.map(({ webrtc }) => webrtc)).size).toBe(2);
		await Promise.all(publishers.map((publisher) => publisher.stop()));
		await eventually('no stream', async () => (await streams()).length === 0);
	});

	it('give a name that is free again to whoever comes next, on whichever of them', async () => {
		for (let round = 0; round < 6; round += 1) {
			const publisher = await publishClock({ url: `${node.rtmp}/again` });
			await publisher.stop();
		}
		await eventually('the tombstone', async () => (await fleet.stored('again'))?.leaseUntil === 0);
	});

	it('give fresh pictures of all streams, and take media over UDP apart', async () => {
		const publishers = await publishMany('fresh', 2);
		const ready = await node.process.logged('ingest node ready');
		const port = Number(new URL(String(ready.rtsp).replace('rtsp', 'http')).port);
		const cameras = await Promise.all(['camera-0', 'camera-1'].map((name) => connectRtsp(port, name)));
		const ports = await Promise.all(
			cameras.map(async (camera, index) => {
				const setup = await camera.record(
					`RTP/AVP;unicast;client_port=${40_000 + 2 * index}-${40_001 + 2 * index};mode=record`,
				);
				return /server_port=(\d+)/.exec(headerOf(setup, 'transport') ?? '')?.[1];
			}),
		);
		expect(new Set(ports).size).toBe(2);
		const watches = ['fresh-0', 'fresh-1'].map((name) => watchPictures(fleet.rest, name));
		await Promise.all(watches.map((watch) => watch.until('a picture', 10_000, ({ status }) => status === 200)));
		// Well below the push interval.
		for (const watch of watches)
			await eventually('looks', () => watch.looks.filter(({ age }) => age !== null && age < 900).length > 5);
		for (const watch of watches) await watch.stop();
		expect(watches.flatMap(({ untruths }) => untruths)).toEqual([]);
		for (const camera of cameras) camera.stop();
		await Promise.all(publishers.map((publisher) => publisher.stop()));
	});

	it("play each other's streams, and end each other's sessions", async () => {
		const publisher = await openWhip('whip', { http, name: 'played', connectsAnew: true });
		const stop = createCamera(publisher.peer, ['size-318x214', 'cqm-8x8-cavlc'].map(intraPicture)).run(20);
		const players = [];
		// Connections go to the workers in turn.
		for (let count = 0; count < 4; count += 1)
			players.push(await openWhip('whep', { http, name: 'played', connectsAnew: true }));
		for (const { peer } of players) await eventually('video', () => peer.rtp.length > 3);
		const [first, ...others] = players;
		expect(await first?.end()).toBe(200);
		expect(await first?.end()).toBe(404);
		stop();
		expect(await publisher.end()).toBe(200);
		for (const { peer } of others)
			await eventually('the end of a player', () => peer.rtcp.some(({ kind }) => kind === 'bye'));
		for (const { peer } of [publisher, ...players]) peer.close();
		await eventually('no stream', async () => (await streams()).length === 0);
	});
});

describe('a worker that is killed', () => {
	it('comes back, its publisher too, others notice nothing, and no picture is wrong', async () => {
		const steady = await publishMany('steady', 4);
		const publishers = Array.from({ length: 4 }, (_, index) =>
			keepPublishingClock({ url: `${node.rtmp}/back-${index}`, pause: 100 }),
		);
		const watches = publishers.map((_, index) => watchPictures(fleet.rest, `back-${index}`));
		await Promise.all(watches.map((watch) => watch.until('a picture', 15_000, ({ status }) => status === 200)));
		const [victim = 0] = workers();
		const closed: number[] = [];
		steady.forEach(({ closed: end }, index) => void end.then(() => closed.push(index)));
		const killedAt = Date.now();
		process.kill(victim, 'SIGKILL');
		await eventually('two workers', () => workers().length === 2 && !workers().includes(victim), 15_000);
		// All that were on it are live again at once, without waiting for a lease.
		await Promise.all(
			watches.map((watch) =>
				watch.until(
					'a picture of after it',
					10_000,
					({ age, askedAt }) => age !== null && askedAt - age > killedAt + 300,
				),
			),
		);
		// Round robin: half of them were on the other one, and still are.
		expect(closed.length).toBeGreaterThan(0);
		expect(closed.length).toBeLessThan(4);
		for (const watch of watches) await watch.stop();
		expect(watches.flatMap(({ untruths }) => untruths)).toEqual([]);
		await Promise.all([...publishers, ...steady].map((publisher) => publisher.stop()));
	}, 60_000);
});

describe('a node of workers', () => {
	it('runs under npm start, on the store of its parent', async () => {
		const stack = await startTestStack({ WORKERS: '2' });
		try {
			const publishers = await Promise.all(
				[0, 1].map((index) => publishClock({ url: `${stack.rtmp}/parent-${index}` })),
			);
			for (const index of [0, 1]) await untilStatus(stack.rest, `parent-${index}`, 200, 10_000);
			await Promise.all(publishers.map((publisher) => publisher.stop()));
			for (const index of [0, 1]) await untilStatus(stack.rest, `parent-${index}`, 404, 3000);
		} finally {
			await stack.stop();
		}
	});

	it('ends all of them, and writes all tombstones', async () => {
		await publishMany('last', 4);
		await eventually(
			'objects',
			async () => (await fleet.stored('last-3')) !== null && (await fleet.stored('last-2')) !== null,
		);
		const pids = workers();
		node.process.kill('SIGTERM');
		expect(await node.process.ended).toBe(0);
		for (let index = 0; index < 4; index += 1) expect((await fleet.stored(`last-${index}`))?.leaseUntil ?? 0).toBe(0);
		expect(pids.filter(isAlive)).toEqual([]);
	});
});
