/** Which keyframe a preview shows: the newest, or an earlier one that is worth more. */
import { describe, expect, test } from 'vitest';
import type { KeyframeInfo } from '../../src/shared/keyframe-object.ts';
import type { StreamName } from '../../src/shared/stream-name.ts';
import { flawedBytes, startApp } from './support/app.ts';
import { publish, put } from './support/store.ts';

const later = () => {
	let now = Date.now();
	return {
		clock: { now: () => now, sleep: async () => {} },
		pass: (ms: number) => {
			now += ms;
		},
	};
};

/** A stream whose keyframes come two seconds apart, each seen by somebody or not. */
const stream = async (parts: Parameters<typeof startApp>[0] = {}) => {
	const { clock, pass } = later();
	const app = startApp({ clock, ...parts });
	const { name, info } = await publish(
		{ capturedAt: clock.now(), leaseUntil: clock.now() + 3_600_000 },
		Uint8Array.of(1),
	);
	let current: KeyframeInfo = info;
	const next = async (byte: number, changes: Partial<KeyframeInfo> = {}): Promise<KeyframeInfo> => {
		pass(2000);
		current = { ...current, sequence: current.sequence + 1, capturedAt: clock.now(), ...changes };
		await put(name, { info: current, body: Uint8Array.of(byte) });
		return current;
	};
	return { ...app, name, first: info, next, pass, clock };
};

type Request = ReturnType<typeof startApp>['request'];

const look = async (request: Request, name: StreamName, query = '.jpg', headers = {}) => {
	const response = await request(`/preview/${name}${query}`, { headers });
	const { headers: got, status } = response;
	await response.body?.cancel();
	return {
		status,
		sequence: Number(/-(\d+)$/.exec(got.get('X-Snapshot-Keyframe') ?? '')?.[1]),
		chosen: got.get('X-Snapshot-Chosen'),
		timestamp: Number(got.get('X-Snapshot-Timestamp')),
		etag: got.get('ETag') ?? '',
		stale: got.get('X-Snapshot-Stale'),
	};
};

describe('the newest keyframe', () => {
	test('is shown while it is good', async () => {
		const { request, name, next } = await stream();
		expect(await look(request, name)).toMatchObject({ sequence: 1, chosen: 'newest' });
		await next(2);
		expect(await look(request, name)).toMatchObject({ sequence: 2, chosen: 'newest' });
	});

	test.each(Object.entries(flawedBytes))(
		'that is %s is replaced by the good one before, which says so',
		async (flaw, byte) => {
			const { request, counts, name, first, next } = await stream();
			await look(request, name);
			const flawed = await next(byte);
			const shown = await look(request, name);
			expect(shown).toMatchObject({ status: 200, sequence: 1, chosen: `earlier;newest-is=${flaw}` });
			expect(shown.timestamp).toBe(first.capturedAt);
			expect(shown.etag).toContain(`${first.session}-1-`);
			await next(3);
			expect(await look(request, name)).toMatchObject({ sequence: 3, chosen: 'newest' });
			// Each keyframe once: the good one was decoded when it was the newest.
			expect(counts.decodes).toBe(3);
			expect(flawed.sequence).toBe(2);
		},
	);

	test('is shown as it is to who wants that: latest, time, its own URL, an MP4; and in a POST', async () => {
		const { request, snapshot, name, next } = await stream();
		await look(request, name);
		const flawed = await next(flawedBytes.black);
		await look(request, name);
		for (const query of ['.jpg?latest=true', `.jpg?time=${flawed.capturedAt}`, `/${flawed.session}-2.jpg`])
			expect(await look(request, name, query)).toMatchObject({ status: 200, sequence: 2, chosen: null });
		const { timestamp } = (await (await snapshot({ streamName: name })).json()) as { timestamp: number };
		expect(timestamp).toBe(flawed.capturedAt);
		expect(await look(request, name)).toMatchObject({ sequence: 1 });
	});

	test('is shown where there is nothing better: at the start, and always in the dark', async () => {
		const { request, counts, name, next } = await stream();
		await next(flawedBytes.black);
		for (const sequence of [2, 3, 4, 5]) {
			const shown = async () => {
				for (const query of ['.jpg', '.png', '.webp?width=320'])
					expect(await look(request, name, query)).toMatchObject({ sequence, chosen: 'newest;newest-is=black' });
			};
			await shown();
			const before = { ...counts };
			// What is known to be hopeless costs nothing more.
			await shown();
			expect(counts).toEqual(before);
			await next(flawedBytes.black);
		}
		expect(counts.decodes).toBe(4);
	});

	test('is shown when the good one is older than half a minute', async () => {
		const { request, name, next, pass } = await stream();
		await look(request, name);
		await next(flawedBytes.flat);
		pass(27_900);
		expect(await look(request, name)).toMatchObject({ sequence: 1, stale: 'true' });
		pass(200);
		expect(await look(request, name)).toMatchObject({ sequence: 2, chosen: 'newest;newest-is=flat' });
		await next(4);
		expect(await look(request, name)).toMatchObject({ sequence: 3, chosen: 'newest' });
	});

	test('is shown to who wants a younger one than the good one is', async () => {
		const { request, name, next } = await stream();
		await look(request, name);
		await next(flawedBytes.black);
		expect(await look(request, name, '.jpg?max_age=10')).toMatchObject({ sequence: 1 });
		expect(await look(request, name, '.jpg?max_age=1')).toMatchObject({
			sequence: 2,
			chosen: 'newest;newest-is=black',
		});
		expect(await look(request, name)).toMatchObject({ sequence: 1 });
	});

	test('of another session is never replaced by one of before', async () => {
		const { request, name, next } = await stream();
		await look(request, name);
		const session = crypto.randomUUID();
		await next(flawedBytes.black, { session, sequence: 1 });
		expect(await look(request, name)).toMatchObject({ sequence: 1, chosen: 'newest;newest-is=black' });
		await next(flawedBytes.black, { session, sequence: 2 });
		const { etag } = await look(request, name);
		expect(etag).toContain(session);
	});
});

describe('the good one', () => {
	test('is known in another isolate of the same place, and costs one decode at most there', async () => {
		const { request, name, next, clock } = await stream();
		await look(request, name);
		await next(flawedBytes.white);
		const other = startApp({ clock });
		const shown = await look(other.request, name, '.png?width=640');
		expect(shown).toMatchObject({ sequence: 1, chosen: 'earlier;newest-is=white' });
		// The newest one, to see what it is, and the good one, in a shape that nobody has drawn yet.
		expect(other.counts.decodes).toBe(2);
		expect(await look(other.request, name, '.webp')).toMatchObject({ sequence: 1 });
		expect(other.counts.decodes).toBe(2);
		const third = startApp({ clock });
		expect(await look(third.request, name, '.png?width=640')).toMatchObject({ sequence: 1 });
		expect(third.counts.decodes).toBe(0);
	});

	test('is 304 for who has it, without a decode', async () => {
		const { request, counts, name, next } = await stream();
		const { etag } = await look(request, name);
		await next(flawedBytes.black);
		expect(await look(request, name, '.jpg', { 'If-None-Match': etag })).toMatchObject({ status: 304, sequence: 1 });
		const { decodes } = counts;
		for (let again = 0; again < 3; again++)
			expect(await look(request, name, '.jpg', { 'If-None-Match': etag })).toMatchObject({ status: 304, sequence: 1 });
		expect(counts.decodes).toBe(decodes);
	});

	test('costs a page of a hundred pictures one read of the store, as ever', async () => {
		const { request, counts, name, next } = await stream();
		await look(request, name);
		await next(flawedBytes.black);
		await look(request, name);
		const before = { ...counts };
		const shown = await Promise.all(Array.from({ length: 100 }, () => look(request, name)));
		expect(new Set(shown.map(({ sequence }) => sequence))).toEqual(new Set([1]));
		expect(counts).toEqual(before);
	});

	test('that a broken or lying cache offers is not shown', async () => {
		const stranger = crypto.randomUUID();
		const lies = [
			() => Promise.reject(new Error('down')),
			async () => new Response('?'),
			async () => new Response('?', { headers: { 'X-Keyframe': '{"session":"x"}' } }),
			async () => new Response('', { headers: { 'X-Keyframe': '[]' } }),
			async () => new Response('x', { headers: { 'X-Keyframe': JSON.stringify({ session: stranger }) } }),
		];
		for (const match of lies) {
			const cache = { match, put: () => Promise.reject(new Error('full')) } as unknown as Cache;
			const { request, name, next } = await stream({ cache });
			await next(flawedBytes.black);
			expect(await look(request, name)).toMatchObject({ sequence: 2, chosen: 'newest;newest-is=black' });
		}
	});
});
