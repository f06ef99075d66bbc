/** What receiver reports say. RFC 3550 §§ A.1, A.3, A.8. */
import { describe, expect, it } from 'vitest';
import { createReceiverStatistics } from '../../../ingest-node/protocols/rtp/receiver-statistics.ts';

/** Feeds packets of 90 ticks a millisecond that arrive as they were sent, `delay` later. */
const feed = (statistics: ReturnType<typeof createReceiverStatistics>, sequence: number, time: number, delay = 0) =>
	statistics.add({ sequence: sequence & 0xffff, timestamp: (time * 90) >>> 0 }, time + delay);

describe('receiver statistics', () => {
	it('say nothing before the first packet', () => {
		expect(createReceiverStatistics(90_000).report(1, 0)).toBeNull();
	});

	it('count losses over the wrap and by interval', () => {
		const statistics = createReceiverStatistics(90_000);
		for (let i = 0; i < 10; i += 1) if (i !== 3 && i !== 4) feed(statistics, 0xfffc + i, i * 10);
		expect(statistics.report(7, 100)).toEqual({
			ssrc: 7,
			fractionLost: Math.floor((2 * 256) / 10),
			packetsLost: 2,
			highestSequence: 0x1_0005,
			jitter: 0,
			lastSenderReport: 0,
			delaySinceLastSenderReport: 0,
		});
		for (let i = 10; i < 20; i += 1) feed(statistics, 0xfffc + i, i * 10);
		expect(statistics.report(7, 200)).toMatchObject({ fractionLost: 0, packetsLost: 2 });
		expect(statistics.report(7, 300)).toMatchObject({ fractionLost: 0, packetsLost: 2 });
	});

	it('take packets that come again for fewer losses', () => {
		const statistics = createReceiverStatistics(90_000);
		for (let i = 0; i < 3; i += 1) feed(statistics, i, i);
		for (let i = 0; i < 3; i += 1) feed(statistics, i, i);
		expect(statistics.report(1, 0)).toMatchObject({ fractionLost: 0, packetsLost: -3 });
	});

	it('measure jitter as A.8 does', () => {
		const statistics = createReceiverStatistics(90_000);
		let jitter = 0;
		for (let i = 0; i < 200; i += 1) {
			feed(statistics, i, i * 20, i % 2 === 0 ? 0 : 4);
			if (i > 0) jitter += (4 * 90 - jitter) / 16;
		}
		expect(statistics.report(1, 0)?.jitter).toBe(Math.floor(jitter));
		expect(jitter).toBeGreaterThan(350);
	});

	it('do not mind the wrap of the timestamp, nor a large origin of the clock', () => {
		const statistics = createReceiverStatistics(90_000);
		const origin = 1_800_000_000_000;
		const wrap = 2 ** 32 - 900;
		for (let i = 0; i < 30; i += 1) statistics.add({ sequence: i, timestamp: (wrap + i * 90) % 2 ** 32 }, origin + i);
		expect(statistics.report(1, 0)?.jitter).toBe(0);
	});

	it('tell when the newest sender report came', () => {
		const statistics = createReceiverStatistics(90_000);
		feed(statistics, 1, 0);
		statistics.addSenderReport({ ntpSeconds: 0xaaaabbbb, ntpFraction: 0xccccdddd }, 1000);
		expect(statistics.report(1, 2500)).toMatchObject({
			lastSenderReport: 0xbbbbcccc,
			delaySinceLastSenderReport: 98_304,
		});
	});

	it('begin anew with a sender that does', () => {
		const statistics = createReceiverStatistics(90_000);
		for (let i = 0; i < 10; i += 1) feed(statistics, i, i);
		feed(statistics, 30_000, 10);
		expect(statistics.report(1, 0)).toMatchObject({ packetsLost: 0, highestSequence: 9 });
		feed(statistics, 30_001, 11);
		expect(statistics.report(1, 0)).toMatchObject({ packetsLost: 0, highestSequence: 30_001 });
	});
});
