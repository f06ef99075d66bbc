/** Fresher keyframes from the ingest node, over real HTTP: `test/support/scripted-node.ts` is the node. */
import { afterEach, describe, expect, inject, test } from 'vitest';
import { createIngestNodes } from '../../src/store/ingest-node.ts';
import { createNodeFailures } from '../../src/store/node-failures.ts';
import { parseHostRule } from '../../src/store/node-url.ts';
import { type AppParts, startApp, verdict } from './support/app.ts';
import { freshName, keyframeInfo, publish, put, unpublish } from './support/store.ts';

const { url, secret } = inject('scriptedNode');

/** URL of a node that nobody else calls. */
const nodeThat = (behaves: string): string => `${url}/${behaves}/${crypto.randomUUID()}`;

let failures: { node: string; reason: string }[] = [];
afterEach(() => {
	failures = [];
});

const start = (parts: AppParts = {}, hosts?: string, budget?: number) => {
	const now = parts.clock?.now ?? Date.now;
	const nodes = createIngestNodes({
		...{ secret, now, mayCall: parseHostRule(hosts), failures: createNodeFailures(now) },
		...(budget === undefined ? {} : { budget }),
		onFailure: (node, reason) => failures.push({ node, reason }),
	});
	return startApp({ nodes, ...parts });
};

/** A stream whose stored keyframe is 5 s old, unless `changes` say otherwise. */
const publishOld = (node: string, changes = {}) =>
	publish({ node, capturedAt: Date.now() - 5000, sequence: 3, ...changes });

const callsTo = async (node: string): Promise<{ after?: number }[]> => (await fetch(`${node}/calls`)).json();

interface Answer {
	readonly data: string;
	readonly timestamp: number;
}

/** Whether an answer shows the fresher keyframe: scripted nodes turn theirs by 90 degrees. */
const isFresh = async (response: Response): Promise<boolean> => {
	expect(response.status).toBe(200);
	return Uint8Array.fromBase64(((await response.json()) as Answer).data)[0] === 1;
};

describe('a stored keyframe that is too old', () => {
	test('is replaced by a fresher one', async () => {
		const { snapshot, counts } = start();
		const { name, info } = await publishOld(nodeThat('fresh'));
		const response = await snapshot({ streamName: name });
		expect(response.headers.get('Server-Timing')).toMatch(/^fetch;dur=[\d.]+, refresh;dur=[\d.]+, decode/);
		const { data, timestamp } = (await response.json()) as Answer;
		expect(Uint8Array.fromBase64(data)[0]).toBe(1);
		expect(Date.now() - timestamp).toBeLessThan(2000);
		expect(await callsTo(info.node)).toEqual([{ streamName: name, session: info.session, after: info.capturedAt }]);
		// The keyframe is the same the next time: one decode.
		expect(await isFresh(await snapshot({ streamName: name }))).toBe(true);
		expect(counts).toEqual({ gets: 2, decodes: 1 });
	});

	test('is replaced within the time that a node takes to ask its publisher', async () => {
		const { name } = await publishOld(nodeThat('late'));
		expect(await isFresh(await start().snapshot({ streamName: name, maxAge: 1 }))).toBe(true);
	});

	test('has to do when there is nothing newer, unless maxAge says no', async () => {
		const { snapshot } = start();
		const { name, info } = await publishOld(nodeThat('nothing'));
		const response = await snapshot({ streamName: name });
		expect(((await response.json()) as Answer).timestamp).toBe(info.capturedAt);
		const tooOld = await verdict(await snapshot({ streamName: name, maxAge: 2 }));
		expect(tooOld).toEqual({ status: 500, code: 'FRAME_TOO_OLD' });
		expect(failures).toEqual([]);
	});

	test('is not exchanged for an older one', async () => {
		const { name } = await publishOld(nodeThat('older'));
		expect(await isFresh(await start().snapshot({ streamName: name }))).toBe(false);
	});

	test('damaged, is replaced all the same, and a damaged fresh one is an error', async () => {
		const { name } = await publish({ node: nodeThat('fresh'), capturedAt: 1 }, Uint8Array.of(0xdd));
		expect(await isFresh(await start().snapshot({ streamName: name }))).toBe(true);
		const { name: other } = await publishOld(nodeThat('damaged'));
		expect(await verdict(await start().snapshot({ streamName: other }))).toEqual({
			status: 500,
			code: 'FRAME_DAMAGED',
		});
	});
});

describe('who is asked, and when', () => {
	test.each([
		['rtmp', 500, {}, 0],
		['rtmp', 1500, {}, 1],
		['rtmp', 1500, { maxAge: 60 }, 0],
		['rtsp', 500, { maxAge: 0.3 }, 1],
		['webrtc', 0, {}, 1],
		['webrtc', 500, { maxAge: 60 }, 0],
		['webrtc', 500, { maxAge: 0.3 }, 1],
	] as const)('%s, stored %i ms ago, %o: %i calls', async (protocol, age, options, count) => {
		const node = nodeThat('fresh');
		const { name } = await publish({ node, protocol, capturedAt: Date.now() - age });
		expect(await isFresh(await start().snapshot({ streamName: name, ...options }))).toBe(count === 1);
		expect(await callsTo(node)).toHaveLength(count);
	});

	test('a browser is asked for a frame after the call, or as new as maxAge says', async () => {
		const node = nodeThat('fresh');
		const { name, info } = await publishOld(node, { protocol: 'webrtc' });
		const { snapshot } = start();
		await snapshot({ streamName: name });
		const before = Date.now();
		await snapshot({ streamName: name, maxAge: 2 });
		const [first, second] = await callsTo(node);
		expect(first).toEqual({ streamName: name, session: info.session });
		expect((second?.after ?? 0) - before).toBeGreaterThanOrEqual(-2000);
		expect((second?.after ?? 0) - before).toBeLessThan(-1000);
	});

	test('the age may be set, for browsers, too', async () => {
		const { snapshot } = start({ refreshAge: 10_000 });
		for (const protocol of ['rtmp', 'webrtc'] as const) {
			const node = nodeThat('fresh');
			const { name } = await publishOld(node, { protocol });
			expect(await isFresh(await snapshot({ streamName: name }))).toBe(false);
			expect(await callsTo(node)).toEqual([]);
		}
	});

	test('nobody without a key, without a node, or with a node that must not be called', async () => {
		const node = nodeThat('fresh');
		const { name } = await publishOld(node);
		expect(await isFresh(await startApp().snapshot({ streamName: name }))).toBe(false);
		expect(await isFresh(await start({}, 'ingest.example').snapshot({ streamName: name }))).toBe(false);
		const { host, pathname } = new URL(node);
		for (const bad of ['', 'nonsense', `ftp://${host}`, `http://user@${host}${pathname}`, `${node}?a=b`, `${node}#c`]) {
			const { name: other } = await publishOld(bad);
			expect(await isFresh(await start().snapshot({ streamName: other }))).toBe(false);
		}
		expect(await callsTo(node)).toEqual([]);
		expect(await isFresh(await start({}, 'ingest.example, 127.0.0.1').snapshot({ streamName: name }))).toBe(true);
	});
});

describe('a node that gives no right answer leaves the stored picture', () => {
	test.each([
		['silent', 'timeout'],
		['trickle', 'timeout'],
		['huge', 'exceeds'],
		['too-large', 'exceeds'],
		['huge-metadata', 'too much metadata'],
		['bad-metadata', 'format 2 is unknown'],
		['no-codec', 'another stream'],
		['tombstone', 'another stream'],
		['other-session', 'another stream'],
		['other-key', 'not signed'],
		['other-nonce', 'not signed'],
		['unsigned-404', 'status 404, not signed'],
		['unsigned-204', 'not signed'],
		['unsigned-page', 'not signed'],
		['unauthorised', 'status 401'],
		['failing', 'status 500'],
		['redirect', 'status 307'],
		['hang-up', 'connection lost'],
		['closed port', 'connection lost'],
	])('%s: %s', async (behaves, reason) => {
		const node = behaves === 'closed port' ? 'http://127.0.0.1:1' : nodeThat(behaves);
		// A busy machine does not get as many megabytes through in 700 ms: the budget must not end first.
		const { snapshot } = reason === 'exceeds' ? start({}, undefined, 10_000) : start();
		const { name } = await publishOld(node);
		const began = performance.now();
		expect(await isFresh(await snapshot({ streamName: name }))).toBe(false);
		expect(performance.now() - began).toBeLessThan(8000);
		expect(failures).toEqual([{ node, reason: expect.stringContaining(reason) }]);
		expect(JSON.stringify(failures)).not.toContain(secret);
		// It is left alone for a while, and the honest answer to a demand is no.
		expect(await verdict(await snapshot({ streamName: name, maxAge: 1 }))).toEqual({
			status: 500,
			code: 'FRAME_TOO_OLD',
		});
		expect(failures).toHaveLength(1);
	});

	test('failing many calls at a time, counts as failing once', async () => {
		let now = Date.now();
		const { snapshot } = start({ clock: { now: () => now, sleep: async () => {} } });
		const { name } = await publishOld(nodeThat('failing'));
		await Promise.all(Array.from({ length: 5 }, () => snapshot({ streamName: name })));
		expect(failures).toHaveLength(1);
		now += 2000;
		await snapshot({ streamName: name });
		expect(failures).toHaveLength(2);
	});

	test('and is asked again later, less and less often, until it answers', async () => {
		let now = Date.now();
		const { snapshot } = start({ clock: { now: () => now, sleep: async () => {} } });
		const node = nodeThat('failing');
		const { name } = await publishOld(node, { leaseUntil: now + 1_000_000 });
		const asked: number[] = [];
		for (let second = 0; second < 100; second += 1, now += 1000) {
			await snapshot({ streamName: name });
			if (failures.length > asked.length) asked.push(second);
		}
		expect(asked).toEqual([0, 2, 6, 14, 30, 60, 90]);
	});
});

describe('a node that says that the stream has ended', () => {
	test('is right, though the lease is not over', async () => {
		const { name } = await publishOld(nodeThat('ended'));
		expect(await verdict(await start().snapshot({ streamName: name }))).toEqual({
			status: 404,
			code: 'STREAM_NOT_FOUND',
		});
	});

	test('may mean an earlier session', async () => {
		const name = freshName();
		const first = keyframeInfo({ node: nodeThat('ended'), capturedAt: 1 });
		await put(name, { info: first, body: Uint8Array.of(1) });
		const { snapshot } = start({
			nodes: {
				fresher: async () => {
					await put(name, { info: keyframeInfo({ rotation: 90 }), body: Uint8Array.of(1) });
					return 'ended';
				},
			},
		});
		expect(await isFresh(await snapshot({ streamName: name }))).toBe(true);
	});

	test('need not be asked about streams that are known to be dead', async () => {
		const node = nodeThat('fresh');
		const { name, info } = await publishOld(node);
		await unpublish(name, info);
		expect((await start().snapshot({ streamName: name })).status).toBe(404);
		expect(await callsTo(node)).toEqual([]);
	});
});
