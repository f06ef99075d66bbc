import { beforeEach, describe, expect, it } from 'vitest';
import { createHub, type Hub, type Publication, type PublishRequest } from '../../ingest-node/hub.ts';
import { infoOf } from '../../ingest-node/keyframe.ts';
import { createLog, silentLog } from '../../ingest-node/log.ts';
import { LivestillError } from '../../src/shared/errors.ts';
import { buildMetadata, isLive, parseMetadata } from '../../src/shared/keyframe-object.ts';
import { liveKey, parseStreamName } from '../../src/shared/stream-name.ts';
import { createFakeClock, type FakeClock } from './support/fake-clock.ts';
import { fakeKeyframe, fakeSession, fakeUnit, uuid } from './support/keyframes.ts';
import { createScriptedStore, type ScriptedStore } from './support/scripted-store.ts';

const nodeA = 'http://node-a:8082';
const abc = parseStreamName('abc');

let clock: FakeClock;
let store: ScriptedStore;

beforeEach(() => {
	clock = createFakeClock();
	store = createScriptedStore(clock.monotonic);
});

const createNode = (node = nodeA, options: Partial<Parameters<typeof createHub>[0]> = {}): Hub =>
	createHub({ store, clock, log: silentLog, node, pushInterval: 2000, random: () => 0, ...options });

const request = (name = 'abc', stopped: string[] = []): PublishRequest => ({
	name: parseStreamName(name),
	protocol: 'rtmp',
	remote: '192.0.2.1:5000',
	query: 'key=secret',
	stop: (reason) => stopped.push(reason.code),
	counters: () => ({ messages: 3 }),
});

/** Settles a promise whose progress needs the fake clock. */
const settled = async <T>(promise: Promise<T>, milliseconds = 100): Promise<T | LivestillError> => {
	const outcome = promise.catch((error: unknown) => {
		if (error instanceof LivestillError) return error;
		throw error;
	});
	await clock.advance(milliseconds);
	return outcome;
};

const publish = async (hub: Hub, ...args: Parameters<typeof request>): Promise<Publication> => {
	const outcome = await settled(hub.publish(request(...args)));
	if (outcome instanceof LivestillError) throw outcome;
	return outcome;
};

const stored = () => parseMetadata(store.objects.get(liveKey(abc))?.metadata ?? {});

describe('publish', () => {
	it('stores keyframes under the session', async () => {
		const publication = await publish(createNode());
		publication.deliver(fakeUnit(1));
		await clock.advance(0);
		expect(stored()).toMatchObject({ session: publication.session.id, sequence: 1, node: nodeA, protocol: 'rtmp' });
		await clock.advance(700);
		publication.deliver(fakeUnit(2));
		await clock.advance(2000);
		expect(stored()).toMatchObject({ sequence: 2, keyframeInterval: 700 });
	});

	it('refuses a second publisher of the name on the same node, even while the first is being let in', async () => {
		const hub = createNode();
		const both = await settled(Promise.allSettled([hub.publish(request()), hub.publish(request())]));
		expect(both).toMatchObject([
			{ status: 'fulfilled' },
			{ status: 'rejected', reason: { code: 'STREAM_NAME_IN_USE', message: 'Stream name is already in use' } },
		]);
		expect(await settled(hub.publish(request()))).toMatchObject({ code: 'STREAM_NAME_IN_USE' });
	});

	it('refuses it on another node', async () => {
		const publication = await publish(createNode());
		publication.deliver(fakeUnit(1));
		await clock.advance(0);
		expect(await settled(createNode('http://node-b:8082').publish(request()))).toMatchObject({
			code: 'STREAM_NAME_IN_USE',
		});
	});

	it('ends the later of two nodes that published at the same moment', async () => {
		const stoppedA: string[] = [];
		const stoppedB: string[] = [];
		const a = await publish(createNode(), 'abc', stoppedA);
		const b = await publish(createNode('http://node-b:8082'), 'abc', stoppedB);
		a.deliver(fakeUnit(1));
		b.deliver(fakeUnit(2));
		await clock.advance(5000);
		expect([stoppedA, stoppedB]).toEqual([[], ['STREAM_NAME_IN_USE']]);
		expect(stored().session).toBe(a.session.id);
	});

	it('takes over at once what its previous life left behind', async () => {
		const info = infoOf(fakeSession(uuid(7), nodeA), fakeKeyframe(4), clock.now() + 25_000);
		await store.put(liveKey(abc), { body: Uint8Array.of(1), contentType: '', metadata: buildMetadata(info) }, 'absent');
		const publication = await publish(createNode());
		publication.deliver(fakeUnit(1));
		await clock.advance(0);
		expect(stored()).toMatchObject({ session: publication.session.id, sequence: 1 });
	});

	it('waits for the skew margin before it takes over an expired lease', async () => {
		const info = infoOf(fakeSession(uuid(7), 'http://gone:1'), fakeKeyframe(4), clock.now() - 1000);
		await store.put(liveKey(abc), { body: Uint8Array.of(1), contentType: '', metadata: buildMetadata(info) }, 'absent');
		let published = false;
		const publishing = createNode()
			.publish(request())
			.then(() => {
				published = true;
			});
		await clock.advance(3999);
		expect(published).toBe(false);
		await clock.advance(1);
		expect(published).toBe(true);
		await publishing;
	});

	it('refuses when the store does not answer, and forgets the attempt', async () => {
		const hub = createNode();
		store.headFates = ['unavailable', 'unavailable', 'unavailable'];
		expect(await settled(hub.publish(request()), 2000)).toMatchObject({ code: 'STORE_UNAVAILABLE' });
		await publish(hub);
	});

	it('asks who may publish, with the credentials, before the store', async () => {
		const seen: string[] = [];
		const authorise = async ({ query }: PublishRequest): Promise<void> => {
			seen.push(query);
			throw new LivestillError('INVALID_PARAMETER', 'You may not.');
		};
		expect(await settled(createNode(nodeA, { authorise }).publish(request()))).toMatchObject({
			message: 'You may not.',
		});
		expect(seen).toEqual(['key=secret']);
		expect(store.heads).toBe(0);
		// What the node itself fetches has no credentials to show.
		const pulled = createNode(nodeA, { authorise }).publish({ ...request(), isPulled: true });
		expect(await settled(pulled)).toMatchObject({ session: { name: request().name } });
	});
});

describe('withdraw', () => {
	it('takes the newest keyframe back, keeps the name and goes on counting', async () => {
		const hub = createNode();
		const publication = await publish(hub);
		const { name } = publication.session;
		publication.deliver(fakeUnit(1));
		publication.withdraw();
		expect(hub.newestKeyframe(name)).toBeNull();
		expect(hub.status(name)).toMatchObject({ codec: 'none', keyframes: 1 });
		await clock.advance(2000);
		expect(parseMetadata(store.objects.get(liveKey(name))?.metadata ?? {})).toMatchObject({
			codec: 'none',
			sequence: 0,
		});
		// A picture in a cache is known by its number.
		publication.deliver(fakeUnit(2));
		expect(hub.newestKeyframe(name)?.keyframe.sequence).toBe(2);
	});
});

describe('end', () => {
	it('makes the name free for the next, who waits for the tombstone', async () => {
		const hub = createNode();
		const first = await publish(hub);
		first.deliver(fakeUnit(1));
		await clock.advance(0);
		store.latency = () => new Promise((resolve) => clock.after(300, resolve));
		void first.end('test');
		void first.end('again');
		const second = await settled(hub.publish(request()), 1000);
		expect(second).not.toBeInstanceOf(LivestillError);
		expect(stored().leaseUntil).toBe(0);
		expect(store.puts.filter(({ info }) => info.leaseUntil === 0)).toHaveLength(1);
		(second as Publication).deliver(fakeUnit(2));
		await clock.advance(2000);
		expect(stored().session).toBe((second as Publication).session.id);
	});

	it('ignores what is delivered afterwards', async () => {
		const publication = await publish(createNode());
		void publication.end('test');
		publication.deliver(fakeUnit(1));
		await clock.advance(10_000);
		expect(store.puts).toEqual([]);
	});

	it('of the node ends all streams and lets nobody in', async () => {
		const hub = createNode();
		const stopped: string[] = [];
		for (const name of ['one', 'two', 'three']) (await publish(hub, name, stopped)).deliver(fakeUnit(1));
		await clock.advance(0);
		expect(await settled(hub.close(), 2000)).toBeUndefined();
		expect(stopped).toHaveLength(3);
		expect([...store.objects.values()].map(({ metadata }) => isLive(parseMetadata(metadata), 0))).toEqual([
			false,
			false,
			false,
		]);
		expect(await settled(hub.publish(request('four')))).toBeInstanceOf(LivestillError);
		expect(hub.streams()).toEqual([]);
	});
});

describe('status', () => {
	it('tells of each stream', async () => {
		const hub = createNode();
		const publication = await publish(hub);
		expect(hub.newestKeyframe(abc)).toBeNull();
		publication.deliver(fakeUnit(1));
		publication.discard('a broken frame');
		await clock.advance(10);
		expect(hub.streams()).toMatchObject([
			{ name: 'abc', codec: 'h264', width: 64, height: 48, keyframes: 1, errors: 1, counters: { messages: 3 } },
		]);
		expect(hub.newestKeyframe(abc)?.keyframe.sequence).toBe(1);
		expect(hub.newestKeyframe(parseStreamName('other'))).toBeNull();
	});

	it('never logs a credential', async () => {
		const lines: string[] = [];
		const hub = createNode(nodeA, { log: createLog((line) => lines.push(line)) });
		const publication = await publish(hub);
		for (let count = 0; count < 50; count += 1) publication.discard('broken');
		await clock.advance(1000);
		publication.discard('broken at the end');
		void publication.end('test');
		await clock.advance(0);
		const events = lines.map((line) => JSON.parse(line) as { event: string; count?: number });
		expect(events.map(({ event, count }) => [event, count])).toEqual([
			['stream published', undefined],
			['stream errors', 50],
			['stream errors', 1],
			['stream ended', undefined],
		]);
		expect(lines.join('')).not.toContain('secret');
	});
});
