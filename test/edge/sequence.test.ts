/** Animations and storyboards: which keyframes, where, how often, and what is refused. */
import { describe, expect, test } from 'vitest';
import type { Subtle } from '../../src/shared/control/key.ts';
import type { KeyframeInfo } from '../../src/shared/keyframe-object.ts';
import { signQuery } from '../../src/shared/preview/sign.ts';
import type { StreamName } from '../../src/shared/stream-name.ts';
import { damagedByte, startApp, verdict } from './support/app.ts';
import { freshName, keep, publish, unpublish } from './support/store.ts';

const minute = 60_000;
const hour = 60 * minute;
const history = { interval: 10_000, retention: 24 * hour };
const frameNotFound = { status: 404, code: 'FRAME_NOT_FOUND' };
const invalid = { status: 400, code: 'INVALID_PARAMETER' };

/** An hour ago, at a full hour of nobody's: a multiple of every interval. */
const base = Math.floor(Date.now() / hour) * hour - hour;

const seconds = (milliseconds: number): string => String(milliseconds / 1000);

/** Keeps keyframes so many seconds after `base`; the second byte of a body tells them apart. */
const keepAt = async (offsets: readonly number[], changes: Partial<KeyframeInfo> = {}): Promise<StreamName> => {
	const name = freshName();
	for (const [index, offset] of offsets.entries())
		await keep(
			name,
			{ history, ...changes, capturedAt: base + offset * 1000, sequence: index + 1 },
			Uint8Array.of(1, index),
		);
	return name;
};

const range = (from: number, to: number, more = ''): string =>
	`from=${seconds(base + from * 1000)}&to=${seconds(base + to * 1000)}${more}`;

const everyTen = (count: number): number[] => Array.from({ length: count }, (_, index) => index * 10 + 1);

interface DrawnSprite {
	readonly layout: object;
	readonly tiles: Readonly<Record<string, { readonly width: number; readonly height: number; readonly fit: string }>>;
}

describe('an animation', () => {
	test('shows the kept keyframes of a time, one for each interval', async () => {
		const name = await keepAt([1, 4, 11, 12, 25, 33, 47]);
		const { request, counts } = startApp();
		const response = await request(`/preview/${name}.apng?${range(0, 40, '&interval=10')}`);
		expect(response.status).toBe(200);
		expect(Object.fromEntries(response.headers)).toMatchObject({
			...{ 'content-type': 'image/apng', 'cache-control': 'public, max-age=86400, immutable' },
			...{ 'x-snapshot-from': String(base), 'x-snapshot-to': String(base + 40_000) },
			...{ 'x-snapshot-timestamp': String(base + 33_000), 'x-snapshot-width': '320', 'x-snapshot-height': '240' },
			'server-timing': expect.stringMatching(/^fetch;.*decode;.*convert;.*encode;.*cache;desc=miss$/),
		});
		expect(response.headers.get('Last-Modified')).toBeNull();
		expect(await response.json()).toMatchObject({ width: 320, height: 240, delay: 500, frames: { length: 4 } });
		expect(counts.decodes).toBe(4);
	});

	test('is the newest ten unless something else is asked for', async () => {
		const now = Math.floor(Date.now() / 30_000) * 30_000 + 5000;
		const { name } = await publish({ capturedAt: now - 500, history });
		for (let index = 1; index <= 30; index += 1)
			await keep(name, { capturedAt: now - 5000 - index * 10_000, sequence: index });
		const { request } = startApp({ clock: { now: () => now, sleep: async () => {} } });
		const response = await request(`/preview/${name}.apng`);
		expect(response.headers.get('X-Snapshot-From')).toBe(String(now + 5000 - 100_000));
		expect(response.headers.get('X-Snapshot-Timestamp')).toBe(String(now - 15_000));
		expect(response.headers.get('Cache-Control')).toBe(
			'public, max-age=10, stale-while-revalidate=10, stale-if-error=10',
		);
		expect(await response.json()).toMatchObject({ frames: { length: 9 } });
		const longer = await request(`/preview/${name}.apng?frames=20&fps=5&width=90&interval=15`);
		expect(await longer.json()).toMatchObject({ delay: 200, width: 90, height: 68, frames: { length: 19 } });
	});

	test('needs two keyframes, and says how many there are', async () => {
		const { request, counts } = startApp();
		const [none, one] = [freshName(), await keepAt([5])];
		for (const [name, count] of [
			[none, 'none'],
			[one, 'one'],
		] as const) {
			const response = await request(`/preview/${name}.apng?${range(0, 100)}`);
			expect(await response.clone().text()).toContain(count);
			expect(response.headers.get('Cache-Control')).toBe('no-store');
			expect(await verdict(response)).toEqual(frameNotFound);
		}
		expect(counts.decodes).toBe(0);
	});

	test('goes on without keyframes that are damaged, but not without all', async () => {
		const name = await keepAt(everyTen(3));
		await keep(name, { capturedAt: base + 35_000, sequence: 9 }, Uint8Array.of(damagedByte));
		const { request } = startApp();
		expect(await (await request(`/preview/${name}.apng?${range(0, 40, '&interval=10')}`)).json()).toMatchObject({
			frames: { length: 3 },
		});
		const broken = freshName();
		for (const offset of [1, 11])
			await keep(broken, { capturedAt: base + offset * 1000, sequence: offset }, Uint8Array.of(damagedByte));
		expect(await verdict(await request(`/preview/${broken}.apng?${range(0, 40)}`))).toEqual({
			status: 500,
			code: 'FRAME_DAMAGED',
		});
		expect(await verdict(await request(`/preview/${broken}/storyboard.jpg?${range(0, 40)}`))).toEqual({
			...{ status: 500, code: 'FRAME_DAMAGED' },
		});
	});

	test('of a stream that has ended is there, too', async () => {
		const name = await keepAt(everyTen(3));
		const { info } = await publish();
		await unpublish(name, info);
		expect((await startApp().request(`/preview/${name}.apng?${range(0, 40)}`)).status).toBe(200);
	});
});

describe('a storyboard', () => {
	const cuesIn = (text: string) =>
		[...text.matchAll(/^(\S+) --> (\S+)\n(.*)#xywh=(.*)$/gm)].map(([, from, to, url, place]) => ({
			from,
			to,
			url,
			place,
		}));

	test('is a list that names places in a sprite, for players', async () => {
		const name = await keepAt([1, 11, 31, 41, 3600]);
		const { request } = startApp();
		const response = await request(`/preview/${name}/storyboard.vtt?${range(0, 50, '&interval=10')}`);
		expect(response.headers.get('Content-Type')).toBe('text/vtt; charset=utf-8');
		expect(response.headers.get('Cache-Control')).toBe('public, max-age=86400, immutable');
		const sprite = `http://livestill.test/preview/${name}/storyboard.jpg?from=${seconds(base)}&height=120&interval=10&to=${seconds(base + 50_000)}&width=160`;
		expect(await response.text()).toBe(
			[
				'WEBVTT\n',
				`NOTE 00:00:00.000 is ${new Date(base).toISOString()}\n`,
				`00:00:00.000 --> 00:00:10.000\n${sprite}#xywh=0,0,160,120\n`,
				`00:00:10.000 --> 00:00:20.000\n${sprite}#xywh=160,0,160,120\n`,
				`00:00:30.000 --> 00:00:40.000\n${sprite}#xywh=480,0,160,120\n`,
				`00:00:40.000 --> 00:00:50.000\n${sprite}#xywh=640,0,160,120\n`,
			].join('\n'),
		);
	});

	test('agrees with its sprite, also when keyframes came and went in between', async () => {
		const now = base + 10 * minute + 3000;
		const clock = { now: () => now, sleep: async () => {} };
		const name = await keepAt(everyTen(60));
		const { request, counts } = startApp({ clock });
		const list = await request(`/preview/${name}/storyboard.vtt?tiles=12&interval=30&width=90`);
		expect(list.headers.get('Cache-Control')).toContain('max-age=10,');
		const cues = cuesIn(await list.text());
		expect(cues).toHaveLength(12 - 1);
		expect(counts.decodes).toBe(0);
		// One more, and the retention has reached the first two.
		await keep(name, { capturedAt: base + 601_000, sequence: 99 });
		const { env } = await import('cloudflare:workers');
		const { historyKey } = await import('../../src/shared/history-key.ts');
		for (const offset of [271, 281, 291, 301, 311, 321])
			await env.KEYFRAMES.delete(historyKey(name, base + offset * 1000));
		const sprite = await request((cues[0]?.url ?? '').replace('http://livestill.test', ''));
		expect([sprite.headers.get('X-Snapshot-Width'), sprite.headers.get('X-Snapshot-Height')]).toEqual(['900', '136']);
		const { layout, tiles } = (await sprite.json()) as DrawnSprite;
		expect(layout).toEqual({ columns: 10, rows: 2, width: 90, height: 68 });
		expect(Object.keys(tiles).map(Number)).toEqual([2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
		expect(cues.map(({ place }) => place)).toEqual(
			Array.from({ length: 11 }, (_, tile) => `${(tile % 10) * 90},${Math.floor(tile / 10) * 68},90,68`),
		);
	});

	test('is one picture for all who ask for the same time', async () => {
		const name = await keepAt(everyTen(30));
		let lists = 0;
		const { request, counts } = startApp({ onHistoryList: () => (lists += 1) });
		const paths = ['width=160', 'w=160', 'width=150', 'width=160&fit=fill', 'quality=80', 'interval=9.5'].map(
			(query) => `/preview/${name}/storyboard.png?${range(3, 297)}&${query}`,
		);
		const answers = [];
		for (const path of paths) answers.push(await request(path));
		expect(new Set(answers.map((answer) => answer.headers.get('ETag'))).size).toBe(2);
		expect(counts.decodes).toBe(50);
		const etag = answers[0]?.headers.get('ETag') ?? '';
		const again = await request(paths[1] ?? '', { headers: { 'If-None-Match': etag } });
		expect([again.status, counts.decodes, lists]).toEqual([304, 50, 7]);
	});

	test.each([
		['', { width: 160, height: 90 }, 0],
		['', { width: 160, height: 284 }, 90],
		['&rotate=90', { width: 160, height: 284 }, 0],
		['&width=320', { width: 320, height: 180 }, 0],
		['&height=91', { width: 180, height: 92 }, 0],
		['&width=90&height=90&fit=cover', { width: 90, height: 90 }, 0],
	] as const)('has tiles in the shape of the picture: %s', async (query, tile, rotation) => {
		const name = await keepAt([1], { width: 1920, height: 1080, rotation });
		const response = await startApp().request(
			`/preview/${name}/storyboard.webp?${range(0, 10, '&interval=10')}${query}`,
		);
		const { layout, tiles } = (await response.json()) as DrawnSprite;
		expect(layout).toEqual({ columns: 1, rows: 1, ...tile });
		expect(tiles['0']).toMatchObject({ ...tile, fit: query.includes('cover') ? 'cover' : 'contain' });
	});

	test('needs one list call, as many as tiles at the worst', async () => {
		const name = await keepAt([1, 3601]);
		let lists = 0;
		const { request } = startApp({ onHistoryList: () => (lists += 1) });
		await request(`/preview/${name}/storyboard.jpg?${range(0, 7200, '&interval=3600')}`);
		expect(lists).toBe(1);
	});
});

describe('what costs too much is refused before it does', () => {
	const large = { width: 3840, height: 2160 };

	test.each([
		['.apng', 'frames=50&width=640&height=640', 'width', {}],
		['.apng', 'frames=30', 'frames', large],
		['/storyboard.jpg', 'tiles=100&width=320', 'width', {}],
		['/storyboard.vtt', 'tiles=100&width=320', 'width', {}],
		['/storyboard.jpg', 'tiles=30', 'tiles', large],
	])('%s?%s', async (end, query, culprit, size) => {
		const name = await keepAt(everyTen(60), size);
		const { request, counts } = startApp();
		const response = await request(`/preview/${name}${end}?${query}&from=${seconds(base)}`);
		expect(await response.clone().text()).toContain(culprit);
		expect(await verdict(response)).toEqual(invalid);
		expect(counts.decodes).toBe(0);
	});

	test('sixteen tiles of 4K are not, and who does not say how many gets so many', async () => {
		const name = await keepAt(everyTen(25), large);
		const { request, counts } = startApp();
		expect((await request(`/preview/${name}/storyboard.jpg?from=${seconds(base)}&tiles=16`)).status).toBe(200);
		expect(counts.decodes).toBe(16);
		const free = await request(`/preview/${name}/storyboard.jpg?from=${seconds(base)}&width=90`);
		expect(((await free.json()) as DrawnSprite).layout).toMatchObject({ columns: 10, rows: 2 });
		expect(counts.decodes).toBe(16 + 12);
	});

	test('many bytes are as much as many pixels: so many pictures as may be, or an error for whom it is too few', async () => {
		const name = freshName();
		for (let index = 0; index < 30; index += 1) {
			const info = { width: 1280, height: 720, capturedAt: base + index * 10_000, sequence: index + 1 };
			await keep(name, info, new Uint8Array(1024 * 1024).fill(1));
		}
		const { request, counts } = startApp();
		const end = `to=${seconds(base + 300_000)}`;
		const response = await request(`/preview/${name}/storyboard.jpg?${end}`);
		expect([counts.decodes, response.headers.get('X-Snapshot-From')]).toEqual([6, String(base + 240_000)]);
		const forward = await request(`/preview/${name}/storyboard.vtt?from=${seconds(base)}`);
		expect(forward.headers.get('X-Snapshot-To')).toBe(String(base + 60_000));
		expect(await forward.text()).toContain(`to=${seconds(base + 60_000)}`);
		for (const query of [`${end}&tiles=9`, range(0, 90)]) {
			const refused = await request(`/preview/${name}/storyboard.jpg?${query}`);
			expect(await refused.clone().text()).toContain('tiles');
			expect(await verdict(refused)).toEqual(invalid);
		}
		expect(counts.decodes).toBe(6);
		expect((await request(`/preview/${name}.apng?${end}`)).status).toBe(200);
	});

	test('an object that nobody can read is left out', async () => {
		const name = await keepAt(everyTen(3));
		const { env } = await import('cloudflare:workers');
		const { historyKey } = await import('../../src/shared/history-key.ts');
		await env.KEYFRAMES.put(historyKey(name, base + 1000), 'x');
		const response = await startApp().request(`/preview/${name}/storyboard.jpg?${range(0, 30, '&interval=10')}`);
		expect(Object.keys(((await response.json()) as DrawnSprite).tiles)).toEqual(['1', '2']);
	});

	test('a stream that has become larger gives what it can', async () => {
		const name = await keepAt([1]);
		for (let index = 1; index < 30; index += 1)
			await keep(name, { ...large, capturedAt: base + index * 10_000, sequence: index + 1 });
		const { request, counts } = startApp();
		expect((await request(`/preview/${name}/storyboard.jpg?tiles=40&from=${seconds(base)}`)).status).toBe(200);
		expect(counts.decodes).toBe(17);
	});

	test.each([
		['.apng', 'frames=1', 'frames'],
		['.apng', 'frames=51', 'frames'],
		['.apng', 'fps=0', 'fps'],
		['.apng', 'fps=21', 'fps'],
		['.apng', 'tiles=5', 'tiles'],
		['.apng', 'time=1', 'time'],
		['.apng', 'latest=1', 'latest'],
		['.apng', 'max_age=1', 'max_age'],
		['.apng', 'width=641', 'width'],
		['.apng', 'height=4096', 'height'],
		['.apng', 'interval=0', 'interval'],
		['.apng', 'interval=3601', 'interval'],
		['.apng', 'from=yesterday', 'from'],
		['.apng', 'from=2&to=1', 'from'],
		['.apng', 'from=1&to=2&interval=1&frames=2', 'frames'],
		['/storyboard.jpg', 'tiles=0', 'tiles'],
		['/storyboard.jpg', 'tiles=101', 'tiles'],
		['/storyboard.vtt', 'frames=5', 'frames'],
		['/storyboard.png', 'fps=5', 'fps'],
		['/storyboard.png', 'from=0&to=101&interval=1', 'interval'],
		['/storyboard.png', 'from=0&to=9999999999', 'interval'],
		['/storyboard.png', 'within=5', 'within'],
		['/storyboard.png', 'nonsense=5', 'nonsense'],
		...['from=1', 'to=1', 'interval=1', 'frames=2', 'fps=2', 'tiles=2'].map(
			(query) => ['.jpg', query, query.split('=')[0] ?? ''] as const,
		),
	] as const)('%s?%s', async (end, query, culprit) => {
		let lists = 0;
		const { request, counts } = startApp({ onHistoryList: () => (lists += 1) });
		const response = await request(`/preview/abc${end}?${query}`);
		expect(await response.clone().text()).toContain(culprit);
		expect(await verdict(response)).toEqual(invalid);
		expect([lists, counts.decodes]).toEqual([0, 0]);
	});
});

describe('paths', () => {
	test('of streams that are called like a storyboard or an animation', async () => {
		const { info } = await publish();
		const { put } = await import('./support/store.ts');
		const unique = freshName();
		for (const [stream, path] of [
			[`${unique}/storyboard`, `${unique}%2Fstoryboard.jpg`],
			[`${unique}.apng`, `${unique}.apng.jpg`],
			[`${unique}/storyboard.jpg`, `${unique}/storyboard.jpg.jpg`],
		] as const) {
			await put(stream as StreamName, { info, body: Uint8Array.of(1) });
			const response = await startApp().request(`/preview/${path}`);
			expect([path, response.status]).toEqual([path, 200]);
			expect(await response.json()).toMatchObject({ format: 'jpg' });
		}
		expect(await verdict(await startApp().request(`/preview/${unique}/storyboard.jpg`))).toEqual(frameNotFound);
	});

	test.each([
		'/preview/.apng',
		'/preview//storyboard.jpg',
		'/preview/a%00/storyboard.vtt',
		'/preview/../storyboard.png/x.apng%ff',
	])('%s is none', async (path) => {
		const { status } = await verdict(await startApp().request(path));
		expect([400, 404]).toContain(status);
	});
});

describe('signatures', () => {
	const key = { id: 'k1', secret: '1'.repeat(32) };
	const exp = String(Math.floor(Date.now() / 1000) + 60);
	const sign = (
		pathname: string,
		format: 'jpg' | 'apng' | 'storyboard.jpg' | 'storyboard.vtt',
		parameters: Record<string, string>,
	) =>
		signQuery(
			{ pathname, format, parameters: { exp, ...parameters } },
			key,
			crypto.subtle as unknown as Subtle,
			(bytes) => bytes.toBase64({ alphabet: 'base64url', omitPadding: true }),
		);
	const start = () => startApp({ previewKeys: new Map([[key.id, key.secret]]) });
	const parameters = { from: seconds(base), to: seconds(base + 60_000) };

	test('open animations and storyboards, and the list signs its sprite', async () => {
		const name = await keepAt(everyTen(6));
		const { request } = start();
		const apng = `/preview/${name}.apng`;
		expect((await request(`${apng}?${await sign(apng, 'apng', parameters)}`)).status).toBe(200);
		expect((await request(apng)).status).toBe(403);
		const vtt = `/preview/${name}/storyboard.vtt`;
		const list = await request(`${vtt}?${await sign(vtt, 'storyboard.vtt', parameters)}`);
		expect(list.headers.get('Cache-Control')).toMatch(/max-age=[1-6]?[0-9],/);
		const url = /^http:.*(?=#)/m.exec(await list.text())?.[0]?.replace('http://livestill.test', '') ?? '';
		expect(url).toContain(`exp=${exp}`);
		expect((await request(url)).status).toBe(200);
		expect((await request(url.replace('width=160', 'width=320'))).status).toBe(403);
		expect((await request(url.replace('.jpg', '.png'))).status).toBe(403);
	});

	test('of grants open what they name and nothing else', async () => {
		const name = await keepAt(everyTen(6));
		const { request } = start();
		const grant = await sign('', 'storyboard.vtt', { ...parameters, prefix: 'stream-' });
		const list = await request(`/preview/${name}/storyboard.vtt?${grant}`);
		const url = /^http:.*(?=#)/m.exec(await list.text())?.[0]?.replace('http://livestill.test', '') ?? '';
		expect((await request(url)).status).toBe(200);
		expect(url).not.toContain('prefix');
		const live = await sign('', 'jpg', { prefix: 'stream-' });
		for (const end of ['/storyboard.jpg', '/storyboard.vtt', '.apng'])
			expect((await request(`/preview/${name}${end}?${live}`)).status).toBe(403);
		expect((await request(`/preview/${name}.jpg?${live}&time=${seconds(base)}`)).status).toBe(403);
	});
});
