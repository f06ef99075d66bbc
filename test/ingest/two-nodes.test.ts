/** Two nodes and one store: clocks that are minutes off, and a node that is cut off while the other takes its stream over. */
import { beforeEach, describe, expect, it } from 'vitest';
import type { Clock } from '../../ingest-node/clock.ts';
import { createHub, type Hub, type Publication } from '../../ingest-node/hub.ts';
import { silentLog } from '../../ingest-node/log.ts';
import { type KeyframeStore, StoreError } from '../../ingest-node/store/port.ts';
import { createStoreClock, type StoreClock } from '../../ingest-node/store-clock.ts';
import { LivestillError } from '../../src/shared/errors.ts';
import { isLive, parseMetadata } from '../../src/shared/keyframe-object.ts';
import { liveKey, parseStreamName } from '../../src/shared/stream-name.ts';
import { createFakeClock, type FakeClock } from './support/fake-clock.ts';
import { fakeUnit } from './support/keyframes.ts';
import { createScriptedStore, type ScriptedStore } from './support/scripted-store.ts';

const minutes = 60_000;
const name = parseStreamName('abc');

/** True time; the store and the edge have it. */
let time: FakeClock;
let store: ScriptedStore;
beforeEach(() => {
	time = createFakeClock();
	store = createScriptedStore(time.monotonic);
});

interface Node {
	readonly hub: Hub;
	readonly stopped: string[];
	isCutOff: boolean;
	publish(): Promise<Publication | LivestillError>;
}

/** A node whose wall clock is off; with `keepsTime` it hears the store's, as the S3 adapter does. */
const createNode = (skew: number, keepsTime: boolean): Node => {
	const machine: Clock = { ...time, now: () => time.now() + skew };
	const clock: StoreClock = createStoreClock(machine);
	const call = async <T>(action: () => Promise<T>): Promise<T> => {
		if (node.isCutOff) throw new StoreError('unavailable', 'cut off');
		const sentAt = clock.now();
		const result = await action();
		if (keepsTime) clock.observe(Math.floor(time.now() / 1000) * 1000, sentAt, clock.now());
		return result;
	};
	const ours: KeyframeStore = {
		get: (key) => call(() => store.get(key)),
		head: (key) => call(() => store.head(key)),
		put: (key, object, condition) => call(() => store.put(key, object, condition)),
	};
	const stopped: string[] = [];
	let open: Publication | undefined;
	const node: Node = {
		hub: createHub({ store: ours, clock, log: silentLog, node: '', pushInterval: 2000, random: () => 0.5 }),
		stopped,
		isCutOff: false,
		publish: async () => {
			const publishing = node.hub
				.publish({
					...{ name, protocol: 'rtmp', remote: '', query: '', counters: () => ({}) },
					stop: (reason) => {
						stopped.push(reason.code);
						void open?.end(reason.code);
					},
				})
				.catch((error: unknown) => {
					if (error instanceof LivestillError) return error;
					throw error;
				});
			await time.advance(6000);
			const publication = await publishing;
			if (!(publication instanceof LivestillError)) open = publication;
			return publication;
		},
	};
	return node;
};

const session = (published: Publication | LivestillError): string => {
	if (published instanceof LivestillError) throw published;
	return published.session.id;
};

/** A keyframe a second for all of them. Gives the sessions in the order in which they wrote. */
const pass = async (seconds: number, ...publications: (Publication | LivestillError)[]): Promise<string[]> => {
	const before = store.puts.length;
	for (let second = 0; second < seconds; second += 1) {
		// The same camera on two nodes may make the same bytes: the same ETag.
		for (const publication of publications)
			if (!(publication instanceof LivestillError)) publication.deliver(fakeUnit(store.puts.length));
		await time.advance(1000);
	}
	const written = store.puts.slice(before).filter(({ outcome }) => outcome === 'written');
	return written.map(({ info }) => info.session);
};

const stored = () => parseMetadata(store.objects.get(liveKey(name))?.metadata ?? {});
const isLiveAtEdge = (): boolean => isLive(stored(), time.now());

describe.each([10 * minutes, -10 * minutes])('a node whose clock is %i ms off', (skew) => {
	it('keeps its stream live for the edge, and its name', async () => {
		const off = createNode(skew, true);
		const right = createNode(0, true);
		const publication = await off.publish();
		await pass(20, publication);
		expect(isLiveAtEdge()).toBe(true);
		expect(stored().leaseUntil - time.now()).toBeLessThan(35_000);
		expect(Math.abs(stored().capturedAt - time.now())).toBeLessThan(5000);
		expect(await right.publish()).toMatchObject({ code: 'STREAM_NAME_IN_USE' });
		expect(off.stopped).toEqual([]);
	});

	it('takes over a dead stream neither before its lease and margin are over nor much later', async () => {
		const right = createNode(0, true);
		await pass(10, await right.publish());
		right.isCutOff = true;
		const leaseUntil = stored().leaseUntil;
		const off = createNode(skew, true);
		let publication = await off.publish();
		while (publication instanceof LivestillError) publication = await off.publish();
		await pass(2, publication);
		expect(stored().session).toBe(session(publication));
		const first = store.puts.find(({ info }) => info.session === session(publication));
		// The store tells whole seconds.
		expect((first?.at ?? 0) + 1_000_000_000).toBeGreaterThan(leaseUntil + 3000);
		expect((first?.at ?? 0) + 1_000_000_000).toBeLessThan(leaseUntil + 20_000);
	});

	it('never writes in turns with another, even when nobody tells it the time', async () => {
		const off = createNode(skew, false);
		const right = createNode(0, false);
		const first = await off.publish();
		await pass(10, first);
		const second = await right.publish();
		const writers = await pass(60, first, second);
		const changes = writers.filter((writer, index) => index > 0 && writer !== writers[index - 1]);
		expect(changes.length).toBeLessThanOrEqual(1);
		// One of the two has the name, the other one knows that it has not.
		expect([off.stopped.length, right.stopped.length + (second instanceof LivestillError ? 1 : 0)].sort()).toEqual([
			0, 1,
		]);
	});
});

describe('a node that is cut off from the store', () => {
	it('loses its stream to a node that took it over, and never disturbs it', async () => {
		const a = createNode(0, true);
		const b = createNode(0, true);
		const ofA = await a.publish();
		await pass(10, ofA);
		a.isCutOff = true;
		expect(await b.publish()).toMatchObject({ code: 'STREAM_NAME_IN_USE' });
		await pass(40, ofA);
		expect(isLiveAtEdge()).toBe(false);
		const ofB = await b.publish();
		await pass(10, ofA, ofB);
		expect(stored().session).toBe(session(ofB));
		a.isCutOff = false;
		const writers = await pass(60, ofA, ofB);
		expect(new Set(writers)).toEqual(new Set([session(ofB)]));
		expect([a.stopped, b.stopped]).toEqual([['STREAM_NAME_IN_USE'], []]);
	});

	it('goes on when nobody wanted the name', async () => {
		const a = createNode(0, true);
		const ofA = await a.publish();
		await pass(10, ofA);
		a.isCutOff = true;
		await pass(120, ofA);
		a.isCutOff = false;
		await pass(6, ofA);
		expect(isLiveAtEdge()).toBe(true);
		expect(stored().session).toBe(session(ofA));
		expect(a.stopped).toEqual([]);
	});

	it('fights with nobody when both come back at the same moment', async () => {
		const nodes = [createNode(0, true), createNode(0, true)] as const;
		const ofA = await nodes[0].publish();
		await pass(10, ofA);
		nodes[0].isCutOff = true;
		await pass(40, ofA);
		const ofB = await nodes[1].publish();
		await pass(4, ofA, ofB);
		nodes[1].isCutOff = true;
		await pass(60, ofA, ofB);
		nodes[0].isCutOff = false;
		nodes[1].isCutOff = false;
		await pass(10, ofA, ofB);
		const writers = new Set(await pass(60, ofA, ofB));
		expect(writers.size).toBe(1);
		expect(nodes.flatMap(({ stopped }) => stopped)).toEqual(['STREAM_NAME_IN_USE']);
	});
});
