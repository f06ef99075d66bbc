/** Order is repaired, losses are asked for and given up in time, and memory is bounded. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createJitterBuffer } from '../../../ingest-node/protocols/rtp/jitter-buffer.ts';
import type { RtpPacket } from '../../../ingest-node/protocols/rtp/packet.ts';
import { rtpLimits } from '../../../ingest-node/protocols/rtp/rtp-limits.ts';

const packet = (sequence: number, bytes = 1): RtpPacket => ({
	marker: false,
	payloadType: 96,
	sequence: sequence & 0xffff,
	timestamp: 0,
	ssrc: 1,
	extension: null,
	payload: new Uint8Array(bytes),
});

const numbers = (packets: readonly RtpPacket[]): number[] => packets.map(({ sequence }) => sequence);

describe('jitter buffer', () => {
	it('passes on at once what is in order, over the wrap', () => {
		const buffer = createJitterBuffer(100);
		for (const sequence of [0xfffe, 0xffff, 0, 1])
			expect(numbers(buffer.push(packet(sequence), 0))).toEqual([sequence]);
		expect(buffer.deadline()).toBeNull();
		expect(buffer.counters).toMatchObject({ passed: 4, lost: 0 });
	});

	it('waits for what is missing', () => {
		const buffer = createJitterBuffer(100);
		buffer.push(packet(10), 0);
		expect(buffer.push(packet(12), 5)).toEqual([]);
		expect(buffer.push(packet(13), 6)).toEqual([]);
		expect(numbers(buffer.push(packet(11), 7))).toEqual([11, 12, 13]);
		expect(buffer.counters).toEqual({ passed: 4, duplicates: 0, late: 0, recovered: 1, lost: 0, restarts: 0 });
	});

	it('gives up what is missing too long, and not what was missed later', () => {
		const buffer = createJitterBuffer(100);
		buffer.push(packet(10), 0);
		buffer.push(packet(13), 5);
		buffer.push(packet(15), 50);
		expect(buffer.deadline()).toBe(105);
		expect(buffer.expire(104)).toEqual([]);
		expect(numbers(buffer.expire(105))).toEqual([13]);
		expect(buffer.deadline()).toBe(150);
		expect(buffer.push(packet(11), 106)).toEqual([]);
		expect(numbers(buffer.expire(150))).toEqual([15]);
		expect(buffer.counters).toMatchObject({ lost: 3, late: 1, passed: 3 });
	});

	it('gives up without being asked when packets come', () => {
		const buffer = createJitterBuffer(100);
		buffer.push(packet(10), 0);
		buffer.push(packet(12), 5);
		expect(numbers(buffer.push(packet(13), 200))).toEqual([12, 13]);
	});

	it('takes a packet once', () => {
		const buffer = createJitterBuffer(100);
		buffer.push(packet(10), 0);
		expect(buffer.push(packet(10), 0)).toEqual([]);
		buffer.push(packet(12), 0);
		expect(buffer.push(packet(12), 0)).toEqual([]);
		expect(buffer.counters).toMatchObject({ late: 1, duplicates: 1 });
	});

	it('asks for missing packets, less and less often', () => {
		const buffer = createJitterBuffer(5000);
		buffer.push(packet(0xfffe), 0);
		buffer.push(packet(2), 0);
		expect(buffer.nacks(9, 50)).toEqual([]);
		expect(buffer.nacks(10, 50)).toEqual([0xffff, 0, 1]);
		buffer.push(packet(0), 11);
		const asked: number[] = [];
		for (let now = 11; now < 4000; now += 1) if (buffer.nacks(now, 50).includes(0xffff)) asked.push(now);
		expect(asked).toEqual([60, 160, 360, 760, 1260, 1760, 2260]);
		expect(buffer.nacks(4000, 50)).toEqual([]);
	});

	it('asks for 256 at a time', () => {
		const buffer = createJitterBuffer(5000);
		buffer.push(packet(0), 0);
		buffer.push(packet(1000), 0);
		expect(buffer.nacks(10, 50)).toHaveLength(rtpLimits.missingPackets);
	});

	it('follows a sender that starts anew, and not a single stray packet', () => {
		const buffer = createJitterBuffer(100);
		buffer.push(packet(10), 0);
		buffer.push(packet(12), 0);
		expect(buffer.push(packet(30_000), 1)).toEqual([]);
		expect(numbers(buffer.push(packet(11), 2))).toEqual([11, 12]);
		buffer.push(packet(14), 3);
		expect(buffer.push(packet(40_000), 3)).toEqual([]);
		expect(numbers(buffer.push(packet(40_001), 4))).toEqual([14, 40_000, 40_001]);
		expect(numbers(buffer.push(packet(40_002), 5))).toEqual([40_002]);
		expect(buffer.counters.restarts).toBe(1);
		expect(buffer.deadline()).toBeNull();
	});

	it('holds a bounded number of packets and bytes', () => {
		const buffer = createJitterBuffer(1e9);
		let passed = buffer.push(packet(0), 0).length;
		for (let sequence = 2; sequence < 5000; sequence += 1) passed += buffer.push(packet(sequence), 0).length;
		expect(passed).toBeGreaterThanOrEqual(5000 - 2 - rtpLimits.reorderPackets);
		const large = createJitterBuffer(1e9);
		large.push(packet(0), 0);
		let bytes = 0;
		for (let sequence = 2; sequence < 200; sequence += 1) {
			bytes += 60_000;
			for (const { payload } of large.push(packet(sequence, 60_000), 0)) bytes -= payload.length;
			expect(bytes).toBeLessThanOrEqual(rtpLimits.reorderBytes);
		}
	});

	it('passes on in order and each packet once, whatever comes', () => {
		const step = fc.record({ jump: fc.integer({ min: -6, max: 8 }), pause: fc.nat(30) });
		fc.assert(
			fc.property(fc.nat(0xffff), fc.array(step, { maxLength: 200 }), (start, steps) => {
				const buffer = createJitterBuffer(60);
				const out = numbers(buffer.push(packet(start), 0));
				let sequence = start;
				let now = 0;
				for (const { jump, pause } of steps) {
					sequence += jump;
					now += pause;
					out.push(...numbers(buffer.push(packet(sequence), now)));
					const deadline = buffer.deadline();
					if (deadline !== null) expect(deadline).toBeGreaterThan(now);
				}
				out.push(...numbers(buffer.expire(now + 60)));
				for (let i = 1; i < out.length; i += 1) {
					const ahead = ((out[i] ?? 0) - (out[i - 1] ?? 0) + 65_536) % 65_536;
					expect(ahead).toBeGreaterThan(0);
					expect(ahead).toBeLessThan(32_768);
				}
				const { passed, duplicates, late } = buffer.counters;
				expect(passed).toBe(out.length);
				expect(passed + duplicates + late).toBe(steps.length + 1);
				expect(buffer.deadline()).toBeNull();
			}),
		);
	});

	it('repairs any order within its time', () => {
		fc.assert(
			fc.property(
				fc.shuffledSubarray(
					Array.from({ length: 40 }, (_, i) => i + 65_520),
					{ minLength: 40 },
				),
				(order) => {
					const buffer = createJitterBuffer(1000);
					const out = numbers(buffer.push(packet(65_519), 0));
					for (const sequence of order) out.push(...numbers(buffer.push(packet(sequence), 1)));
					expect(out).toEqual(Array.from({ length: 41 }, (_, i) => (i + 65_519) & 0xffff));
				},
			),
		);
	});

	it('survives any numbers', () => {
		fc.assert(
			fc.property(fc.array(fc.tuple(fc.nat(0xffff), fc.nat(50)), { maxLength: 300 }), (packets) => {
				const buffer = createJitterBuffer(50);
				let now = 0;
				let passed = 0;
				for (const [sequence, pause] of packets) {
					now += pause;
					passed += buffer.push(packet(sequence), now).length;
					buffer.nacks(now, 50);
				}
				passed += buffer.expire(now + 1000).length;
				expect(passed).toBe(buffer.counters.passed);
			}),
		);
	});
});
