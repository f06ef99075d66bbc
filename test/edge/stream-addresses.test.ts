/** The addresses on the page of a stream lead to that stream, whatever it is called. */
import { env } from 'cloudflare:workers';
import { expect, test } from 'vitest';
import { parseStreamName } from '../../src/shared/stream-name.ts';
import { startApp } from './support/app.ts';
import { freshName, keep, keyframeInfo, put } from './support/store.ts';

const history = { interval: 10_000, retention: 3_600_000 };
const body = Uint8Array.fromBase64(env.TEST_KEYFRAME);

test.each(['/storyboard', '.apng', '.png', '/storyboard.jpg', ' ü?#%/x', ''])('%j', async (end) => {
	const name = parseStreamName(freshName() + end);
	const now = Date.now();
	const info = keyframeInfo({ capturedAt: now, history, width: 318, height: 214, sequence: 7 });
	await put(name, { info, body });
	for (const age of [0, 15_000, 30_000])
		await keep(name, { ...info, leaseUntil: 0, capturedAt: now - age, sequence: 7 - age / 15_000 }, body);
	const { request } = startApp();
	const page = await (await request(`/streams/${name.split('/').map(encodeURIComponent).join('/')}`)).text();
	const addresses = [...page.matchAll(/readonly value="http:\/\/livestill\.test([^"]+)"/g)].map(([, url = '']) => url);
	expect(addresses).toHaveLength(7);
	for (const address of addresses) {
		const response = await request(address.replaceAll('&amp;', '&'));
		expect([address, response.status]).toEqual([address, 200]);
		expect(response.headers.get('X-Snapshot-Timestamp')).toBe(String(now));
		await response.body?.cancel();
	}
});
