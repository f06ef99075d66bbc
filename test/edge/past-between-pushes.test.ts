/** A moment between the last push of a live stream and now: what is kept may be newer than the live object. */
import { describe, expect, test } from 'vitest';
import { startApp } from './support/app.ts';
import { keep, publish } from './support/store.ts';

const history = { interval: 10_000, retention: 3_600_000 };

describe('a stream that is pushed once a minute and kept every ten seconds', () => {
	test('has a picture of a moment after its last push', async () => {
		const now = Date.now();
		const { name, info } = await publish({ capturedAt: now - 50_000, history, sequence: 6 });
		for (const age of [50_000, 40_000, 30_000, 20_000, 11_000])
			await keep(name, { capturedAt: now - age, session: info.session, sequence: 56 - age / 1000, history });
		const { request } = startApp();
		for (const [age, shown] of [
			[10_000, 11_000],
			[28_000, 30_000],
			[48_000, 50_000],
		] as const) {
			const response = await request(`/preview/${name}.jpg?time=${now - age}`);
			expect([age, response.status]).toEqual([age, 200]);
			await response.body?.cancel();
			expect(now - Number(response.headers.get('X-Snapshot-Timestamp'))).toBe(shown);
		}
	});
});
