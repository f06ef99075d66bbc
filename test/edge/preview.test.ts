import { describe, expect, test } from 'vitest';
import { startApp, verdict } from './support/app.ts';
import { freshName, publish, publishWithoutKeyframe, put, unpublish } from './support/store.ts';

const later = () => {
	let now = Date.now();
	return {
		clock: { now: () => now, sleep: async () => {} },
		pass: (ms: number) => {
			now += ms;
		},
	};
};

const shown = async (response: Response): Promise<unknown> => {
	expect(response.status).toBe(200);
	return response.json();
};

describe('a preview', () => {
	test('is the picture with all that there is to say of it', async () => {
		const { request } = startApp();
		const { name, info } = await publish();
		const response = await request(`/preview/${name}.png`);
		expect(response.status).toBe(200);
		const headers = Object.fromEntries(response.headers);
		expect(headers).toMatchObject({
			'content-type': 'image/png',
			'cache-control': 'public, max-age=2, stale-while-revalidate=10, stale-if-error=10',
			etag: `"${info.session}-1-w0h0cr0q0.png"`,
			'last-modified': new Date(info.capturedAt).toUTCString(),
			'x-snapshot-timestamp': String(info.capturedAt),
			'x-snapshot-keyframe': `${info.session}-1`,
			'x-snapshot-width': '64',
			'x-snapshot-height': '48',
			'cross-origin-resource-policy': 'cross-origin',
			'access-control-allow-origin': '*',
			'x-content-type-options': 'nosniff',
			'server-timing': expect.stringMatching(/^fetch;.*decode;.*convert;.*encode;.*cache;desc=miss$/),
		});
		expect(headers['x-snapshot-stale']).toBeUndefined();
		expect(headers['content-length']).toBe(String((await response.text()).length));
		for (const name of ['ETag', 'X-Snapshot-Timestamp', 'X-Snapshot-Keyframe', 'X-Snapshot-Stale', 'X-Snapshot-Width'])
			expect(headers['access-control-expose-headers']).toContain(name);
	});

	test.each([
		['width=300', { width: 320, fit: 'contain' }],
		['w=320&h=17', { width: 320, height: 32, fit: 'contain' }],
		['width=320&height=0', { width: 320 }],
		['width=100&height=100&fit=cover', { width: 120, height: 120, fit: 'cover' }],
		['width=100&height=100&fit_mode=crop', { fit: 'cover' }],
		['width=100&height=100&fit=stretch', { fit: 'fill' }],
		['width=100&fit=fill', { width: 120, fit: 'contain' }],
		['width=100&height=100&fit=scale-down', { fit: 'contain' }],
		['rotate=-90', { rotation: 0 }],
		['rotate=90', { rotation: 180 }],
		['quality=71', { quality: 80 }],
		['q=1', { quality: 10 }],
		['', { quality: 80, format: 'jpg', rotation: 90 }],
		['latest=true&latest=', null],
		['latest=true', { format: 'jpg' }],
		['&&width=16&', { width: 16 }],
	])('jpg?%s', async (query, expected) => {
		const { request } = startApp();
		const { name } = await publish({ rotation: 90 });
		const response = await request(`/preview/${name}.jpg?${query}`);
		if (expected === null) expect(response.status).toBe(400);
		else expect(await shown(response)).toMatchObject(expected);
	});

	test.each([
		['width=-1', 'width'],
		['width=4097', 'width'],
		['width=1e2', 'width'],
		['width=', 'width'],
		['width=12.5', 'width'],
		['w=1&width=1', 'width is given twice'],
		['height=%31%00', 'height'],
		['fit=squeeze', 'fit'],
		['fit=__proto__', 'fit'],
		['fit=constructor&width=1&height=1', 'fit'],
		['rotate=45', 'rotate'],
		['quality=0', 'quality'],
		['quality=101', 'quality'],
		['max_age=-1', 'max_age'],
		['max_age=Infinity', 'max_age'],
		['cache=10m', 'max_age'],
		['time=yesterday', 'time'],
		['time=2026-11-22', 'time'],
		['time=2026-13-22T10:00:00Z', 'time'],
		['latest=maybe', 'latest'],
		['latest=1&time=1', 'latest'],
		['placeholder=2', 'placeholder'],
		['cachebuster=1', '\\"cachebuster\\"'],
		['%ff=1', 'the query'],
		['a\u0000b=1', 'parameter'],
		[`width=${'1'.repeat(2100)}`, 'the query'],
	])('refuses %s and names the culprit', async (query, culprit) => {
		const { request, counts } = startApp();
		const { name } = await publish();
		const response = await request(`/preview/${name}.png?${query}`);
		expect(await response.clone().text()).toContain(culprit);
		expect(response.headers.get('Cache-Control')).toBe('no-store');
		expect(await verdict(response)).toEqual({ status: 400, code: 'INVALID_PARAMETER' });
		expect(counts).toEqual({ decodes: 0, gets: 0 });
	});

	test.each([
		['*/*', 'image/jpeg'],
		[undefined, 'image/jpeg'],
		['image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8', 'image/webp'],
		['image/png', 'image/png'],
		['image/webp;q=0.1,image/png;q=0.9', 'image/png'],
		['image/jpeg;q=0,image/*', 'image/webp'],
		['text/html', 'image/jpeg'],
		['text/html;q=x,;;,*/*;q=0', 'image/jpeg'],
	])('without an extension, Accept: %s gives %s', async (accept, type) => {
		const { name } = await publish();
		const init = accept === undefined ? {} : { headers: { Accept: accept } };
		const response = await startApp().request(`/preview/${name}`, init);
		expect(response.headers.get('Content-Type')).toBe(type);
		expect(response.headers.get('Vary')).toBe('Accept');
	});

	test('to HEAD is the same without the picture', async () => {
		const { request } = startApp();
		const { name } = await publish();
		const response = await request(`/preview/${name}.png`, { method: 'HEAD' });
		expect([response.status, await response.text()]).toEqual([200, '']);
		expect(response.headers.get('X-Snapshot-Width')).toBe('64');
		expect((await request(`/preview/${name}.png`, { method: 'POST' })).status).toBe(405);
	});
});

describe('names', () => {
	test.each([
		['a stream', 'a%20stream'],
		['app/cam 1', 'app/cam%201'],
		['app/cam 1', 'app%2Fcam%201'],
		['cam.png', 'cam.png.png'],
		['cam.v2', 'cam.v2'],
		['.hidden', '.hidden'],
		['100%', '100%25'],
		['a%2Fb', 'a%252Fb'],
		['ünïcödé/流', '%C3%BCn%C3%AFc%C3%B6d%C3%A9/%E6%B5%81'],
		['rtsp://cam.local:554/stream1', 'rtsp%3A%2F%2Fcam.local%3A554%2Fstream1'],
		['rtsp://cam.local/s', 'rtsp%3A%2F%2Fuser%3Apassword%40cam.local%2Fs'],
	])('%s is found at %s', async (stream, path) => {
		const name = `${stream}` as Parameters<typeof put>[0];
		const { info } = await publish();
		await put(name, { info, body: Uint8Array.of(1) });
		const response = await startApp().request(`/preview/${path}`);
		expect([response.status, response.headers.get('X-Snapshot-Keyframe')]).toEqual([200, `${info.session}-1`]);
		await unpublish(name, info);
	});

	test.each([
		'..%2f..%2fhealth',
		'%2e%2e%2fhealth.png',
		'a%2f..%2fb.png',
		'a%2F%2Fb.png',
		'a//b.png',
		'%2fa.png',
		'a%2f.png',
		'a%00.png',
		'a%0d%0aX-Evil:1.png',
		'%ff.png',
		'%.png',
		'.png',
		'',
		`${'a'.repeat(201)}.png`,
		'%ed%a0%80.png',
		'a%e2%80%a8b.png',
	])('%s is refused', async (path) => {
		const { request, counts } = startApp();
		expect(await verdict(await request(`/preview/${path}`))).toEqual({ status: 400, code: 'INVALID_STREAM_NAME' });
		expect(counts.gets).toBe(0);
	});

	test('that only look alike are others', async () => {
		const name = 'look/alike' as Parameters<typeof put>[0];
		const { info } = await publish();
		await put(name, { info, body: Uint8Array.of(1) });
		const { request } = startApp();
		expect((await request('/preview/look/alike.png')).status).toBe(200);
		// Division slash, fraction slash, full width; Cyrillic o; a dot that is none.
		for (const path of [
			'look%E2%88%95alike',
			'look%E2%81%84alike',
			'look%EF%BC%8Falike',
			'l%D0%BE%D0%BEk/alike',
			'look/alike%E2%80%A4png',
		])
			expect(await verdict(await request(`/preview/${path}.png`))).toEqual({ status: 404, code: 'STREAM_NOT_FOUND' });
		await unpublish(name, info);
	});
});

describe('a picture is honest', () => {
	test('a dead stream is 404 though its picture is cached', async () => {
		const { clock, pass } = later();
		const { request } = startApp({ clock });
		const { name, info } = await publish({ leaseUntil: clock.now() + 60_000 });
		const immutable = `/preview/${name}/${info.session}-1.png`;
		for (const path of [`/preview/${name}.png`, immutable]) expect((await request(path)).status).toBe(200);
		await unpublish(name, info);
		pass(501);
		for (const path of [`/preview/${name}.png`, immutable]) {
			const response = await request(path);
			expect(response.headers.get('Cache-Control')).toBe('no-store');
			expect(await verdict(response)).toEqual({ status: 404, code: 'STREAM_NOT_FOUND' });
		}
	});

	test('so is one whose lease has run out, at once', async () => {
		const { clock, pass } = later();
		const { request } = startApp({ clock });
		const { name } = await publish({ leaseUntil: clock.now() + 100 });
		expect((await request(`/preview/${name}.png`)).status).toBe(200);
		pass(100);
		expect((await request(`/preview/${name}.png`)).status).toBe(404);
	});

	test('an old one says so, one that is too old for the client is none', async () => {
		const { request } = startApp();
		const { name } = await publish({ capturedAt: Date.now() - 20_000 });
		const response = await request(`/preview/${name}.png`);
		expect(response.headers.get('X-Snapshot-Stale')).toBe('true');
		expect((await request(`/preview/${name}.png?max_age=30s`)).status).toBe(200);
		const refused = await request(`/preview/${name}.png?max_age=10`);
		expect(refused.headers.get('Retry-After')).toBe('1');
		expect(await verdict(refused)).toEqual({ status: 404, code: 'FRAME_TOO_OLD' });
	});

	test('statuses are those of HTTP, not those of WCS', async () => {
		const { request } = startApp({ clock: { now: Date.now, sleep: async () => {} } });
		const { name: vp9 } = await publish({ codec: 'vp9' });
		expect(await verdict(await request(`/preview/${vp9}.png`))).toEqual({ status: 501, code: 'UNSUPPORTED_CODEC' });
		const { name: damaged } = await publish({}, Uint8Array.of(0xdd));
		expect(await verdict(await request(`/preview/${damaged}.png`))).toEqual({ status: 500, code: 'FRAME_DAMAGED' });
		expect(await verdict(await request(`/preview/${freshName()}.png`))).toEqual({
			status: 404,
			code: 'STREAM_NOT_FOUND',
		});
	});

	test('a stream without a keyframe is asked for again', async () => {
		let now = Date.now();
		const sleep = async (ms: number): Promise<void> => {
			now += ms;
		};
		const { name } = await publishWithoutKeyframe();
		const response = await startApp({ clock: { now: () => now, sleep } }).request(`/preview/${name}.png`);
		expect(response.headers.get('Retry-After')).toBe('1');
		expect(await verdict(response)).toEqual({ status: 503, code: 'NO_KEYFRAME' });
	});

	test('a placeholder has the status of the error', async () => {
		const response = await startApp().request(`/preview/${freshName()}.png?placeholder=1`);
		expect([response.status, response.headers.get('Content-Type')]).toEqual([404, 'image/svg+xml']);
		expect(response.headers.get('X-Snapshot-Error')).toBe('STREAM_NOT_FOUND');
		expect(await response.text()).toMatch(/^<svg .*STREAM_NOT_FOUND.*<\/svg>$/);
		const { name } = await publish();
		const evil = await startApp().request(`/preview/${name}.png?placeholder=1&%3Cscript%3E=1`);
		expect([evil.status, (await evil.text()).includes('script')]).toEqual([400, false]);
	});

	test('time: near the newest keyframe, or not found', async () => {
		const { request } = startApp();
		const { name, info } = await publish();
		const ask = (time: string | number) => request(`/preview/${name}.png?time=${time}`);
		expect((await ask(info.capturedAt)).status).toBe(200);
		expect((await ask(info.capturedAt / 1000)).status).toBe(200);
		expect((await ask(new Date(info.capturedAt).toISOString())).status).toBe(200);
		expect((await ask('2020-01-01T00:00:00+01:00')).status).toBe(404);
		expect(await verdict(await ask(1))).toEqual({ status: 404, code: 'FRAME_NOT_FOUND' });
	});
});

describe('work is done once', () => {
	test('a hundred pictures at a time cost one decode', async () => {
		const { request, counts } = startApp();
		const { name } = await publish();
		const answers = await Promise.all(Array.from({ length: 100 }, () => request(`/preview/${name}.jpg?width=320`)));
		expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
		expect(counts.decodes).toBe(1);
		await Promise.all(Array.from({ length: 100 }, () => request(`/preview/${name}.jpg?width=320`)));
		expect([counts.decodes, counts.gets]).toEqual([1, counts.gets]);
	});

	test('in all sizes and formats', async () => {
		const { request, counts } = startApp();
		const { name } = await publish();
		const queries = Array.from(
			{ length: 40 },
			(_, n) => `.${['jpg', 'png', 'webp'][n % 3]}?width=${16 * (n + 1)}&rotate=90`,
		);
		await Promise.all(queries.map((query) => request(`/preview/${name}${query}`)));
		expect(counts.decodes).toBe(1);
	});

	test('what is the same picture is drawn once', async () => {
		const { request, counts } = startApp();
		const { name } = await publish();
		const tag = async (query: string) => (await request(`/preview/${name}.jpg?${query}`)).headers.get('ETag');
		const tags = [
			'width=310&quality=75',
			'quality=80&width=320',
			'w=301&q=71&fit=cover',
			'q=80&w=320&rotate=0&h=0&latest',
		];
		expect(new Set(await Promise.all(tags.map(tag))).size).toBe(1);
		expect(counts.decodes).toBe(1);
	});

	test('304 decodes nothing and reads no body', async () => {
		const { clock, pass } = later();
		const { request, counts } = startApp({ clock });
		const { name } = await publish({ leaseUntil: clock.now() + 60_000 });
		const path = `/preview/${name}.webp?width=160`;
		const first = await request(path);
		const etag = first.headers.get('ETag') ?? '';
		const modified = first.headers.get('Last-Modified') ?? '';
		for (const headers of [
			{ 'If-None-Match': etag },
			{ 'If-None-Match': `"x", W/${etag}` },
			{ 'If-None-Match': '*' },
			{ 'If-Modified-Since': modified },
		]) {
			pass(501);
			// Another isolate, and nothing in the cache.
			const other = startApp({
				clock,
				cache: { match: async () => undefined, put: async () => {} } as unknown as Cache,
			});
			const response = await other.request(path, { headers });
			expect([response.status, await response.text(), other.counts.decodes]).toEqual([304, '', 0]);
			for (const kept of ['ETag', 'Last-Modified', 'Cache-Control', 'X-Snapshot-Timestamp'])
				expect(response.headers.get(kept)).toBe(first.headers.get(kept));
		}
		expect(
			(await request(path, { headers: { 'If-None-Match': '"other"', 'If-Modified-Since': modified } })).status,
		).toBe(200);
		expect((await request(`${path}0`, { headers: { 'If-None-Match': etag } })).status).toBe(200);
		expect(counts.decodes).toBe(1);
	});

	test('another isolate of the same place finds the picture', async () => {
		const { name } = await publish();
		await startApp().request(`/preview/${name}.png?width=90`);
		const other = startApp();
		expect((await other.request(`/preview/${name}.png?width=90`)).headers.get('Server-Timing')).toContain('desc=hit');
		expect(other.counts.decodes).toBe(0);
	});

	test('a new keyframe is seen within half a second, a page of pictures asks the store once', async () => {
		const { clock, pass } = later();
		const { request, counts } = startApp({ clock });
		const { name, info } = await publish({ leaseUntil: clock.now() + 60_000 });
		const keyframe = async () => (await request(`/preview/${name}.png`)).headers.get('X-Snapshot-Keyframe');
		await keyframe();
		await put(name, { info: { ...info, sequence: 2 }, body: Uint8Array.of(2) });
		await keyframe();
		expect(counts).toEqual({ gets: 1, decodes: 1 });
		pass(500);
		expect(await keyframe()).toBe(`${info.session}-2`);
		expect(counts).toEqual({ gets: 2, decodes: 2 });
	});
});

describe('the URL of one keyframe', () => {
	test('is for ever, while the stream lives and the picture is kept', async () => {
		const { clock, pass } = later();
		const { request } = startApp({ clock });
		const { name, info } = await publish({ leaseUntil: clock.now() + 60_000 });
		const path = `/preview/${name}/${info.session}-1.png`;
		const first = await request(path);
		expect(first.headers.get('Cache-Control')).toBe('public, max-age=86400, immutable');
		await put(name, { info: { ...info, sequence: 2, capturedAt: info.capturedAt + 2000 }, body: Uint8Array.of(2) });
		pass(501);
		const second = await request(path);
		expect(second.headers.get('X-Snapshot-Timestamp')).toBe(String(info.capturedAt));
		expect(await second.text()).toBe(await first.text());
		const etag = first.headers.get('ETag') ?? '';
		expect((await request(path, { headers: { 'If-None-Match': etag } })).status).toBe(304);
		for (const gone of [`${info.session}-1.png?width=333`, `${info.session}-3.png`, `${crypto.randomUUID()}-1.png`])
			expect(await verdict(await request(`/preview/${name}/${gone}`))).toEqual({
				status: 404,
				code: 'FRAME_NOT_FOUND',
			});
	});
});
