/** `time=`: pictures of the past. */
import { describe, expect, test } from 'vitest';
import { damagedByte, startApp, verdict } from './support/app.ts';
import { freshName, keep, publish, put, unpublish } from './support/store.ts';

const minute = 60_000;
const history = { interval: 10_000, retention: 3_600_000 };
const frameNotFound = { status: 404, code: 'FRAME_NOT_FOUND' };

/** A stream that is live, and what is kept of it: one keyframe ten seconds, from ten minutes to five minutes ago. */
const withPast = async (isLive = true) => {
	const now = Math.floor(Date.now() / 1000) * 1000;
	const { name, info } = await publish({ capturedAt: now - 100, history, sequence: 99 });
	const from = now - 10 * minute;
	for (let index = 0; index <= 30; index += 1)
		await keep(name, { capturedAt: from + index * 10_000, session: info.session, sequence: index + 1, history });
	if (!isLive) await unpublish(name, info);
	return { name, info, from, to: from + 300_000, now };
};

const shownTime = async (response: Response): Promise<number> => {
	expect(response.status).toBe(200);
	await response.body?.cancel();
	return Number(response.headers.get('X-Snapshot-Timestamp'));
};

describe('a moment of the past', () => {
	test.each([
		['exactly', 50_000, 50_000],
		['nearer to the one before', 54_000, 50_000],
		['nearer to the one behind', 56_000, 60_000],
		['as near to both', 55_000, 50_000],
		['before the first', -8000, 0],
		['behind the last', 309_000, 300_000],
	])('%s', async (_title, offset, shown) => {
		const { name, from } = await withPast();
		const { request } = startApp();
		for (const time of [
			String((from + offset) / 1000),
			String(from + offset),
			new Date(from + offset).toISOString(),
			new Date(from + offset).toISOString().replace('Z', '%2B00:00'),
		])
			expect((await shownTime(await request(`/preview/${name}.jpg?time=${time}`))) - from).toBe(shown);
	});

	test('is 404 where nothing is near, and says how near it looked', async () => {
		const { name, from, to } = await withPast();
		const { request } = startApp();
		for (const query of [`time=${from - 10_001}`, `time=${to + 10_001}`, `time=${from + 5000}&within=4.9`, 'time=0']) {
			const response = await request(`/preview/${name}.jpg?${query}`);
			expect(await response.clone().text()).toContain(query.includes('within') ? '4.9 s' : '10 s');
			expect(response.headers.get('Cache-Control')).toBe('no-store');
			expect(await verdict(response)).toEqual(frameNotFound);
		}
		expect(await shownTime(await request(`/preview/${name}.jpg?time=${from - 10_001}&within=11`))).toBe(from);
		expect(await shownTime(await request(`/preview/${name}.jpg?time=${from - 3_600_000}&within=3600`))).toBe(from);
	});

	test('is immutable once nothing nearer can come, and says whose picture it is', async () => {
		const { name, info, from } = await withPast();
		const { request, counts } = startApp();
		const path = `/preview/${name}.jpg?time=${from + 52_000}`;
		const response = await request(path);
		expect(Object.fromEntries(response.headers)).toMatchObject({
			'cache-control': 'public, max-age=86400, immutable',
			'x-snapshot-keyframe': `${info.session}-6`,
			'x-snapshot-timestamp': String(from + 50_000),
			'last-modified': new Date(from + 50_000).toUTCString(),
		});
		expect(response.headers.get('X-Snapshot-Stale')).toBeNull();
		const etag = response.headers.get('ETag') ?? '';
		const again = await request(path, { headers: { 'If-None-Match': etag } });
		expect([again.status, again.headers.get('Cache-Control')]).toEqual([304, 'public, max-age=86400, immutable']);
		await request(path);
		expect(counts.decodes).toBe(1);
	});

	test('that is hardly over may yet get a nearer one', async () => {
		const now = Date.now();
		const { name } = await publish({ capturedAt: now - 1000, history });
		await keep(name, { capturedAt: now - 40_000, history });
		const response = await startApp().request(`/preview/${name}.jpg?time=${now - 38_000}`);
		expect(await shownTime(response)).toBe(now - 40_000);
		expect(response.headers.get('Cache-Control')).toContain('max-age=2,');
		expect(response.headers.get('X-Snapshot-Stale')).toBeNull();
	});

	test('reaches as far as keyframes are apart, where that is more', async () => {
		const now = Date.now();
		const slow = { interval: 10 * minute, retention: 24 * 60 * minute };
		const { name } = await publish({ capturedAt: now, history: slow });
		await keep(name, { capturedAt: now - 50 * minute });
		const { request } = startApp();
		expect(await shownTime(await request(`/preview/${name}.jpg?time=${now - 42 * minute}`))).toBe(now - 50 * minute);
		expect(await verdict(await request(`/preview/${name}.jpg?time=${now - 39 * minute}`))).toEqual(frameNotFound);
	});

	test('comes in every format and shape', async () => {
		const { name, from } = await withPast();
		const { request } = startApp();
		for (const format of ['png', 'webp']) {
			const response = await request(`/preview/${name}.${format}?time=${from}&width=300&rotate=90`);
			expect(await response.json()).toMatchObject({ format, width: 320, rotation: 90 });
		}
	});

	test('of a damaged keyframe is an error, not another picture', async () => {
		const name = freshName();
		const time = Date.now() - 10 * minute;
		await keep(name, { capturedAt: time }, Uint8Array.of(damagedByte));
		await keep(name, { capturedAt: time + 5000 });
		const { request } = startApp();
		expect(await verdict(await request(`/preview/${name}.jpg?time=${time}`))).toEqual({
			...{ status: 500, code: 'FRAME_DAMAGED' },
		});
	});
});

describe('a stream', () => {
	test('that has ended has a past, and no presence', async () => {
		const { name, info, from } = await withPast(false);
		const { request } = startApp();
		expect(await verdict(await request(`/preview/${name}.jpg`))).toEqual({ status: 404, code: 'STREAM_NOT_FOUND' });
		expect(await shownTime(await request(`/preview/${name}.jpg?time=${from}`))).toBe(from);
		// Its last keyframe was not kept.
		expect(await verdict(await request(`/preview/${name}.jpg?time=${info.capturedAt}`))).toEqual(frameNotFound);
	});

	test('whose node has died, or whose object is gone or unreadable, too', async () => {
		const { name, info, from } = await withPast();
		const { request } = startApp();
		await put(name, { info: { ...info, leaseUntil: 1 }, body: Uint8Array.of(1) });
		expect(await shownTime(await request(`/preview/${name}.jpg?time=${from}`))).toBe(from);
		const orphan = freshName();
		await keep(orphan, { capturedAt: from });
		expect(await shownTime(await request(`/preview/${orphan}.jpg?time=${from + 9000}`))).toBe(from);
	});

	test('of which nothing is kept has its newest keyframe', async () => {
		const { name, info } = await publish({ capturedAt: Date.now() - 30_000 });
		let lists = 0;
		const { request } = startApp({ onHistoryList: () => (lists += 1) });
		const response = await request(`/preview/${name}.jpg?time=${info.capturedAt + 9000}`);
		expect(await shownTime(response)).toBe(info.capturedAt);
		expect(response.headers.get('Cache-Control')).not.toContain('immutable');
		// Nothing is later than the live one: there is no need to look.
		expect(lists).toBe(0);
		expect(await shownTime(await request(`/preview/${name}.jpg?time=${info.capturedAt - 9000}`))).toBe(info.capturedAt);
		expect(lists).toBe(1);
		expect(await verdict(await request(`/preview/${name}.jpg?time=${info.capturedAt + 10_001}`))).toEqual(
			frameNotFound,
		);
	});

	test('has no part in the past of another', async () => {
		const { name, from } = await withPast();
		const { request } = startApp();
		for (const other of [`${name}/x`, `${name}/${from}`, String(name).slice(0, -1), `frames/${name}`])
			expect(await verdict(await request(`/preview/${encodeURIComponent(other)}.jpg?time=${from}`))).toEqual(
				frameNotFound,
			);
	});
});

describe('one keyframe by its identity and its time', () => {
	test('is found among those that are kept, also when the stream has ended', async () => {
		for (const isLive of [true, false]) {
			const { name, info, from } = await withPast(isLive);
			let lists = 0;
			const { request } = startApp({ onHistoryList: () => (lists += 1) });
			const path = `/preview/${name}/${info.session}-3.png`;
			const response = await request(`${path}?time=${from + 20_000}`);
			expect(await shownTime(response)).toBe(from + 20_000);
			expect(response.headers.get('Cache-Control')).toContain('immutable');
			expect(lists).toBe(0);
			const without = await request(path.replace('-3.png', '-4.png'));
			if (isLive) expect(await without.clone().text()).toContain('time=');
			expect((await verdict(without)).status).toBe(404);
		}
	});

	test('is no other one', async () => {
		const { name, info, from } = await withPast();
		const { request } = startApp();
		for (const [id, time] of [
			[`${info.session}-4`, from + 20_000],
			[`${crypto.randomUUID()}-3`, from + 20_000],
			[`${info.session}-3`, from + 20_001],
		])
			expect(await verdict(await request(`/preview/${name}/${id}.png?time=${time}`))).toEqual(frameNotFound);
	});
});

describe('a query', () => {
	test.each([
		['time=1&latest=1', 'latest'],
		['time=1&max_age=5', 'max_age'],
		['within=5', 'within'],
		['time=1&within=3601', 'within'],
		['time=1&within=-1', 'within'],
		['time=1e9', 'time'],
		['time=99999999999999', 'time'],
	])('%s is refused', async (query, culprit) => {
		const response = await startApp().request(`/preview/abc.jpg?${query}`);
		expect(await response.clone().text()).toContain(culprit);
		expect(await verdict(response)).toEqual({ status: 400, code: 'INVALID_PARAMETER' });
	});
});
