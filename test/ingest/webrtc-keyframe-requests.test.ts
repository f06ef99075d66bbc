import { beforeEach, describe, expect, it } from 'vitest';
import {
	createKeyframeRequests,
	type KeyframeRequests,
	requestInterval,
} from '../../ingest-node/protocols/webrtc/keyframe-requests.ts';
import { createFakeClock, type FakeClock } from './support/fake-clock.ts';

let clock: FakeClock;
let sent: number[];
let requests: KeyframeRequests;
beforeEach(() => {
	clock = createFakeClock();
	sent = [];
	requests = createKeyframeRequests({ clock, refreshInterval: 2000, send: () => sent.push(clock.monotonic()) });
});

describe('requests for keyframes', () => {
	it('go out at once, and not too often', async () => {
		for (let call = 0; call < 20; call += 1) {
			requests.need();
			await clock.advance(10);
			if (call === 0) requests.arrived();
		}
		expect(sent).toEqual([0]);
		await clock.advance(requestInterval);
		expect(sent).toEqual([0, requestInterval]);
	});

	it('are repeated until a keyframe comes, more and more seldom', async () => {
		requests.need();
		await clock.advance(20_000);
		const pauses = sent.slice(1).map((at, index) => at - (sent[index] ?? 0));
		expect(pauses.slice(0, 6)).toEqual([350, 350, 350, 350, 700, 1400]);
		expect(pauses.at(-1)).toBe(4000);
		const count = sent.length;
		requests.need();
		await clock.advance(requestInterval);
		expect(sent.length).toBeGreaterThan(count);
	});

	it('keep keyframes fresh', async () => {
		requests.need();
		requests.arrived();
		await clock.advance(1999);
		expect(sent).toHaveLength(1);
		await clock.advance(1);
		expect(sent).toEqual([0, 2000]);
		requests.arrived();
		await clock.advance(1000);
		// The publisher sent one by itself.
		requests.arrived();
		await clock.advance(1500);
		expect(sent).toHaveLength(2);
	});

	it('end', async () => {
		requests.need();
		requests.end();
		requests.need();
		requests.arrived();
		await clock.advance(10_000);
		expect(sent).toEqual([0]);
		expect(clock.pendingTimers).toBe(0);
	});
});
