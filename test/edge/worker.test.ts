/** The Worker as it is deployed: its own entry point, the real decoder, the real PNG. */

import { env, exports } from 'cloudflare:workers';
import { inflateSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { verdict } from './support/app.ts';
import { publish, put } from './support/store.ts';

/** An H.264 keyframe of 318x214, bound by vitest.config.ts. */
const keyframe = Uint8Array.fromBase64(env.TEST_KEYFRAME);

const snapshot = (streamName: string, options = {}): Promise<Response> =>
	exports.default.fetch('http://livestill.test/rest-api/stream/snapshot', {
		method: 'POST',
		body: JSON.stringify({ streamName, ...options }),
	});

interface Png {
	readonly width: number;
	readonly height: number;
	/** Filtered rows. */
	readonly rows: Uint8Array;
}

/** Reads the chunks of a PNG. PNG § 5 */
const readPng = (file: Uint8Array): Png => {
	const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
	expect([...file.subarray(0, 8)]).toEqual([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10]);
	const data: number[] = [];
	for (let at = 8; at < file.length; at += view.getUint32(at) + 12) {
		const type = String.fromCharCode(...file.subarray(at + 4, at + 8));
		if (type === 'IDAT') data.push(...file.subarray(at + 8, at + 8 + view.getUint32(at)));
	}
	return { width: view.getUint32(16), height: view.getUint32(20), rows: inflateSync(Uint8Array.from(data)) };
};

const pngOf = async (response: Response): Promise<Png> => {
	const { data, ...size } = (await response.json()) as { data: string; width: number; height: number };
	const png = readPng(Uint8Array.fromBase64(data));
	expect(size).toMatchObject({ width: png.width, height: png.height });
	return png;
};

test('makes a PNG of a keyframe', async () => {
	const { name } = await publish({}, keyframe);
	const png = await pngOf(await snapshot(name));
	expect([png.width, png.height, png.rows.length]).toEqual([318, 214, 214 * (1 + 3 * 318)]);
});

test('makes it smaller and turns it', async () => {
	const { name } = await publish({ rotation: 90 }, keyframe);
	const png = await pngOf(await snapshot(name, { height: 159 }));
	expect([png.width, png.height]).toEqual([107, 159]);
});

test('refuses damaged keyframes and is right with the next good one', async () => {
	const { name: good } = await publish({}, keyframe);
	const whole = await (await snapshot(good, { maxAge: 1000 })).text();
	const bodies = [keyframe.subarray(0, 4), keyframe.subarray(0, keyframe.length >> 1), new Uint8Array(1000)];
	for (const body of bodies) {
		const { name } = await publish({}, body);
		const { status, code } = await verdict(await snapshot(name));
		expect([status, code]).toEqual([500, expect.stringMatching(/^(FRAME_DAMAGED|NO_KEYFRAME)$/)]);
	}
	const { name, info } = await publish({}, keyframe);
	await put(name, { info: { ...info, sequence: 2 }, body: keyframe });
	const { data } = (await (await snapshot(name)).json()) as { data: string };
	expect(data).toBe((JSON.parse(whole) as { data: string }).data);
});

test('survives keyframes with random damage', async () => {
	const { name, info } = await publish({}, keyframe);
	let random = 1;
	const next = (below: number): number => {
		random = (Math.imul(random, 1103515245) + 12345) >>> 0;
		return (random >>> 8) % below;
	};
	for (let sequence = 1; sequence <= 200; sequence++) {
		const body = keyframe.slice(0, next(8) === 0 ? next(keyframe.length) : keyframe.length);
		for (let changes = 1 + next(4); changes > 0 && body.length > 0; changes--) body[next(body.length)] = next(256);
		await put(name, { info: { ...info, sequence }, body });
		const { status, code } = await verdict(await snapshot(name));
		if (status !== 200) expect(code).toMatch(/^(FRAME_|UNSUPPORTED_|NO_KEYFRAME)/);
	}
	const { name: good } = await publish({}, keyframe);
	expect((await snapshot(good)).status).toBe(200);
});
