import { describe, expect, test } from 'vitest';
import { damagedByte, startApp, verdict } from './support/app.ts';
import { freshName, keyframeInfo, publish, publishWithoutKeyframe, put, putRaw, unpublish } from './support/store.ts';

describe('a live stream', () => {
	test('gives a picture as WCS clients expect it', async () => {
		const { snapshot } = startApp();
		const { name, info } = await publish();
		const response = await snapshot({ streamName: name });
		expect(response.status).toBe(200);
		expect(response.headers.get('Content-Type')).toMatch(/^application\/json/);
		expect(response.headers.get('Cache-Control')).toBe('no-store');
		const text = await response.text();
		expect(text).toMatch(/^\{"data":"/);
		expect(JSON.parse(text)).toEqual({
			data: Uint8Array.of(0, 64, 48).toBase64(),
			timestamp: info.capturedAt,
			width: 64,
			height: 48,
			contentType: 'image/png',
		});
	});

	test('is asked for with one read of the store', async () => {
		const { snapshot, counts } = startApp();
		const { name } = await publish();
		await snapshot({ streamName: name });
		expect(counts.gets).toBe(1);
	});

	test('says where the time went', async () => {
		const { snapshot } = startApp();
		const { name } = await publish();
		const timing = (await snapshot({ streamName: name })).headers.get('Server-Timing');
		expect(timing).toMatch(
			/^fetch;dur=[\d.]+, decode;dur=[\d.]+, convert;dur=[\d.]+, encode;dur=[\d.]+, cache;desc=miss$/,
		);
	});

	test('passes the rotation of the keyframe on', async () => {
		const { snapshot } = startApp();
		const { name } = await publish({ rotation: 270 });
		const { data } = (await (await snapshot({ streamName: name })).json()) as { data: string };
		expect(Uint8Array.fromBase64(data)[0]).toBe(3);
	});

	test('is found under a name that needs encoding', async () => {
		const { snapshot } = startApp();
		const name = freshName();
		const odd = `${name}/Straße ☃?#%2e` as typeof name;
		await put(odd, { info: keyframeInfo(), body: Uint8Array.of(1) });
		expect((await snapshot({ streamName: odd })).status).toBe(200);
		expect((await snapshot({ streamName: name })).status).toBe(404);
	});

	test('meets maxAge, in seconds, or is too old', async () => {
		const { snapshot } = startApp();
		const { name } = await publish({ capturedAt: Date.now() - 3000 });
		expect((await snapshot({ streamName: name, maxAge: 60 })).status).toBe(200);
		const late = await snapshot({ streamName: name, maxAge: 2.5 });
		expect(late.headers.get('Retry-After')).toBe('1');
		expect(await verdict(late)).toEqual({ status: 500, code: 'FRAME_TOO_OLD' });
	});
});

describe('a live stream without a picture is 500', () => {
	test.each(['hevc', 'vp8', 'vp9', 'av1', 'jpeg'] as const)('codec %s', async (codec) => {
		const { name } = await publish({ codec });
		const response = await startApp().snapshot({ streamName: name });
		expect(response.headers.get('Server-Timing')).toMatch(/^fetch;dur=.*cache;desc=miss$/);
		expect(await verdict(response)).toEqual({ status: 500, code: 'UNSUPPORTED_CODEC' });
	});

	test('a damaged keyframe, and the next good one is right again', async () => {
		const { snapshot } = startApp();
		const { name, info } = await publish({}, Uint8Array.of(damagedByte));
		expect(await verdict(await snapshot({ streamName: name }))).toEqual({ status: 500, code: 'FRAME_DAMAGED' });
		await put(name, { info: { ...info, sequence: 2 }, body: Uint8Array.of(1) });
		expect((await snapshot({ streamName: name })).status).toBe(200);
	});

	test('a keyframe beyond the size limit is not even read', async () => {
		const { snapshot, counts } = startApp();
		const { name } = await publish({}, new Uint8Array(16 * 1024 * 1024 + 1));
		expect(await verdict(await snapshot({ streamName: name }))).toEqual({ status: 500, code: 'FRAME_TOO_LARGE' });
		expect(counts.decodes).toBe(0);
	});

	test.each<[string, Record<string, string>]>([
		['no metadata', {}],
		['an unknown version', { format: '2', codec: 'h264' }],
		['a missing field', { format: '1', codec: 'h264', 'lease-until': '9999999999999' }],
		['names of Object.prototype', { format: '1', __proto__: 'x', constructor: 'y' }],
	])('an object with %s', async (_title, metadata) => {
		const name = freshName();
		await putRaw(name, 'body', metadata);
		expect(await verdict(await startApp().snapshot({ streamName: name }))).toEqual({
			status: 500,
			code: 'OBJECT_INVALID',
		});
	});
});

describe('a stream that is not live is 404', () => {
	const notFound = { status: 404, code: 'STREAM_NOT_FOUND' };

	test('unknown', async () => {
		expect(await verdict(await startApp().snapshot({ streamName: freshName() }))).toEqual(notFound);
	});

	test('ended, though its picture is in the cache', async () => {
		const { snapshot } = startApp();
		const { name, info } = await publish();
		expect((await snapshot({ streamName: name })).status).toBe(200);
		await unpublish(name, info);
		expect(await verdict(await snapshot({ streamName: name }))).toEqual(notFound);
	});

	test('its lease has run out, though its picture is in the cache', async () => {
		let now = Date.now();
		const { snapshot } = startApp({ clock: { now: () => now, sleep: async () => {} } });
		const { name, info } = await publish();
		expect((await snapshot({ streamName: name })).status).toBe(200);
		now = info.leaseUntil - 1;
		expect((await snapshot({ streamName: name })).status).toBe(200);
		now = info.leaseUntil;
		expect(await verdict(await snapshot({ streamName: name }))).toEqual(notFound);
	});
});

describe('a stream that has sent no keyframe yet', () => {
	test('is waited for', async () => {
		const { snapshot } = startApp();
		const { name, info } = await publishWithoutKeyframe();
		const answer = snapshot({ streamName: name });
		await scheduler.wait(500);
		await put(name, { info: { ...info, codec: 'h264', sequence: 1 }, body: Uint8Array.of(1) });
		expect((await answer).status).toBe(200);
	});

	test('is given up after three seconds', async () => {
		const { snapshot } = startApp();
		const { name } = await publishWithoutKeyframe();
		const began = Date.now();
		const response = await snapshot({ streamName: name });
		expect(await verdict(response)).toEqual({ status: 500, code: 'NO_KEYFRAME' });
		expect(Date.now() - began).toBeGreaterThan(2900);
		expect(Date.now() - began).toBeLessThan(6000);
	});

	test('that ends meanwhile is 404 at once', async () => {
		const { snapshot } = startApp();
		const { name, info } = await publishWithoutKeyframe();
		const began = Date.now();
		const answer = snapshot({ streamName: name });
		await unpublish(name, info);
		expect((await answer).status).toBe(404);
		expect(Date.now() - began).toBeLessThan(2500);
	});
});
