/** Keyframes other than H.264 through the Worker as it is deployed. That their pixels are right is for test/e2e. */
import { env, exports } from 'cloudflare:workers';
import { describe, expect, test } from 'vitest';
import type { Codec } from '../../src/shared/codec.ts';
import { verdict } from './support/app.ts';
import { publish } from './support/store.ts';

const keyframes = (
	JSON.parse(env.TEST_OTHER_KEYFRAMES) as readonly { readonly codec: Codec; readonly body: string }[]
).map(({ codec, body }) => ({ codec, body: Uint8Array.fromBase64(body) }));

const snapshot = (streamName: string, options = {}): Promise<Response> =>
	exports.default.fetch('http://livestill.test/rest-api/stream/snapshot', {
		method: 'POST',
		body: JSON.stringify({ streamName, ...options }),
	});

const pictureOf = async (codec: Codec, body: Uint8Array, options = {}) => {
	const { name } = await publish({ codec }, body);
	return (await (await snapshot(name, options)).json()) as { data: string; width: number; height: number };
};

const startOfFrame = (file: Uint8Array): number => file.findIndex((byte, at) => byte === 0xff && file[at + 1] === 0xc0);

/** The keyframe with a header that promises a picture of at least 16,000 × 143. */
const enlarged = (codec: Codec, body: Uint8Array): Uint8Array => {
	const large = body.slice();
	if (codec === 'vp8') large.set([0xff, 0x3f, 0xff, 0x3f], 6);
	// Behind 36 bits: width and height less one, 16 bits each.
	if (codec === 'vp9') for (let at = 5; at < 8; at++) large[at] = 0xff;
	if (codec === 'jpeg') large.set([0x3f, 0xff, 0x3f, 0xff], startOfFrame(large) + 5);
	// A sequence header of a still picture of 65,536 × 65,536, and the beginning of its frame.
	if (codec === 'av1')
		return Uint8Array.of(...[0x0a, 8, 0x18, 0x3f, 0xff, 0xff, 0xff, 0xff, 0xc0, 0], ...[0x32, 2, 0x10, 0]);
	// A sequence parameter set of 16,000 × 16,000, a picture parameter set and the beginning of a slice.
	if (codec === 'hevc')
		return Uint8Array.fromHex('0000000142010101600000030090000003000003001ea0007d02000fa05f0000014401c00000012601af');
	return large;
};

describe.each(keyframes)('$codec', ({ codec, body }) => {
	test('gives a picture, whole or smaller, the same each time', async () => {
		const first = await pictureOf(codec, body);
		expect(first).toMatchObject({ width: 175, height: 143 });
		expect(first.data.length).toBeGreaterThan(5000);
		expect((await pictureOf(codec, body)).data).toBe(first.data);
		expect(await pictureOf(codec, body, { width: 88 })).toMatchObject({ width: 88, height: 72 });
	});

	test('damaged is refused, and the next picture is right', async () => {
		const { data } = await pictureOf(codec, body);
		for (const damaged of [body.subarray(0, 2), body.subarray(0, body.length >> 1), new Uint8Array(500)]) {
			const { name } = await publish({ codec }, damaged);
			const { status, code } = await verdict(await snapshot(name));
			expect([status, code]).toEqual([500, expect.stringMatching(/^(FRAME_DAMAGED|NO_KEYFRAME)$/)]);
		}
		expect((await pictureOf(codec, body)).data).toBe(data);
	});

	test('larger than the limit is refused before anything is allocated', async () => {
		const { name } = await publish({ codec }, enlarged(codec, body));
		expect(await verdict(await snapshot(name))).toEqual({ status: 500, code: 'FRAME_TOO_LARGE' });
	});
});
