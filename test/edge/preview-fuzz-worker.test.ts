/** Queries that nobody meant well, to the Worker as it is deployed: real decoder, real encoders, real keyframes, damaged ones too. */
import { env, exports } from 'cloudflare:workers';
import { expect, test } from 'vitest';
import type { Codec } from '../../src/shared/codec.ts';
import { publish } from './support/store.ts';

const random = (seed: number) => {
	let state = seed >>> 0;
	return (below: number): number => {
		state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
		return Math.floor((state / 2 ** 32) * below);
	};
};

const keyframes: readonly { codec: Codec; body: Uint8Array }[] = [
	{ codec: 'h264', body: Uint8Array.fromBase64(env.TEST_KEYFRAME) },
	...(JSON.parse(env.TEST_OTHER_KEYFRAMES) as { codec: Codec; body: string }[]).map(({ codec, body }) => ({
		codec,
		body: Uint8Array.fromBase64(body),
	})),
];

const numbers = ['0', '1', '15', '16', '17', '90', '213', '320', '641', '4096', '4097', '-1', '1e3', '٣', ''];
const parameters: readonly (readonly [name: string, values: readonly string[]])[] = [
	...(['width', 'height', 'w', 'h'] as const).map((name) => [name, numbers] as const),
	['fit', ['contain', 'cover', 'fill', 'crop', 'pad', '__proto__']],
	['rotate', ['0', '90', '180', '270', '-90', '45', 'left']],
	['quality', ['1', '10', '55', '100', '101', 'best']],
	['max_age', ['0', '600', '10s', '-1', 'NaN']],
	['latest', ['', '1', 'true', 'maybe']],
	['%00', ['1']],
];

test('give 200, 304, 400, 404, 500 and 501 only, and decode each keyframe once', async () => {
	const pick = random(20261122);
	const one = <T>(list: readonly T[]): T => list[pick(list.length)] as T;
	// The Worker is loaded with the first request.
	await (await exports.default.fetch('http://livestill.test/health')).text();
	const streams = [];
	for (const { codec, body } of keyframes) {
		const info = { codec, leaseUntil: Date.now() + 3_600_000 };
		const whole = await publish(info, body);
		const torn = body.slice(0, body.length >> 1);
		streams.push(
			{ codec, name: whole.name, isWhole: true },
			{ codec, name: (await publish(info, torn)).name, isWhole: false },
		);
	}
	const seen = new Map<number, number>();
	const decodes = new Map<string, number>();
	let longest = 0;
	for (let round = 0; round < 250; round++) {
		const { name, isWhole } = one(streams);
		const pairs = Array.from({ length: pick(4) }, () => {
			const [parameter, values] = one(parameters);
			return `${parameter}=${one(values)}`;
		});
		const path = `/preview/${name}${one(['.png', '.jpg', '.webp', '.mp4', ''])}?${pairs.join('&')}`;
		const began = performance.now();
		const response = await exports.default.fetch(`http://livestill.test${path}`);
		const body = await response.arrayBuffer();
		longest = Math.max(longest, performance.now() - began);
		const { status, headers } = response;
		seen.set(status, (seen.get(status) ?? 0) + 1);
		expect([path, [200, 304, 400, 404, 500, 501].includes(status)]).toEqual([path, true]);
		if (status === 500)
			expect([path, isWhole, headers.get('X-Snapshot-Error')]).toEqual([path, false, 'FRAME_DAMAGED']);
		if (status === 200) {
			expect([path, body.byteLength]).toEqual([path, Number(headers.get('Content-Length'))]);
			expect(Number(headers.get('X-Snapshot-Width'))).toBeLessThanOrEqual(4096);
		}
		if (headers.get('Server-Timing')?.includes('decode')) decodes.set(name, (decodes.get(name) ?? 0) + 1);
	}
	for (const status of [200, 400, 500]) expect(seen.get(status) ?? 0).toBeGreaterThan(10);
	expect(Math.max(...decodes.values())).toBe(1);
	expect(decodes.size).toBeGreaterThan(keyframes.length);
	expect(longest).toBeLessThan(5000);
}, 120_000);
