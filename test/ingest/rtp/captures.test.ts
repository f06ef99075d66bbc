/** What real senders sent comes out of the depacketisers as their encoders made it, and never anything else. */
import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { createRtpUnits, type RtpUnits } from '../../../ingest-node/protocols/rtp/frames-to-units.ts';
import { createJitterBuffer } from '../../../ingest-node/protocols/rtp/jitter-buffer.ts';
import { buildRtpPacket, parseRtpPacket, type RtpPacket } from '../../../ingest-node/protocols/rtp/packet.ts';
import { type AccessUnit, elementaryStream } from '../../../ingest-node/unit.ts';
import type { Codec } from '../../../src/shared/codec.ts';
import { LivestillError } from '../../../src/shared/errors.ts';
import { isMissing } from '../../e2e/support/peers.ts';
import { mutate, randomSource } from '../../support/mutate.ts';
import { packetBytes, packetsOf, rtpCaptures, sentPayloads } from '../support/rtp-captures.ts';

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');

const framesOf = (units: RtpUnits, packets: readonly RtpPacket[]) =>
	packets.flatMap((packet) => units.depacketiser.push(packet));

/** Keyframes, as far as they can be assembled. */
const keyframesOf = (codec: Codec, packets: readonly RtpPacket[], units = createRtpUnits(codec)): AccessUnit[] => {
	const keyframes: AccessUnit[] = [];
	for (const frame of framesOf(units, packets)) {
		try {
			const unit = units.toUnit(frame);
			if (unit !== null) keyframes.push(unit);
		} catch (error) {
			expect(error).toBeInstanceOf(LivestillError);
		}
	}
	return keyframes;
};

/** A packet that ends the last frame when its marker is lost. */
const packetBehind = (packets: readonly RtpPacket[]): RtpPacket => {
	const last = packets.at(-1);
	if (last === undefined) throw new Error('the capture is empty');
	const sequence = (last.sequence + 1) & 0xffff;
	return { ...last, sequence, timestamp: (last.timestamp + 9000) >>> 0, marker: false };
};

/** What a decoder needs of a JPEG, wherever in the file it is: frame, tables by component, restart interval, scan. */
const essence = (file: Uint8Array): unknown => {
	const quantisers = new Map<number, string>();
	const huffman: string[] = [];
	let frame: Uint8Array = new Uint8Array(0);
	let restart = '';
	for (let at = 2; ; ) {
		const code = file[at + 1] ?? 0;
		const end = at + 2 + (((file[at + 2] ?? 0) << 8) | (file[at + 3] ?? 0));
		const data = file.subarray(at + 4, end);
		if (code === 0xc0) frame = data;
		if (code === 0xdd) restart = `${data}`;
		// A segment may hold several tables.
		for (let table = 0; code === 0xdb && table < data.length; table += 65)
			quantisers.set(data[table] ?? 0, `${data.subarray(table + 1, table + 65)}`);
		for (let table = 0; code === 0xc4 && table < data.length; ) {
			const size = 17 + data.subarray(table + 1, table + 17).reduce((sum, count) => sum + count, 0);
			huffman.push(`${data.subarray(table, table + size)}`);
			table += size;
		}
		if (code === 0xda) {
			const components = [8, 11, 14].map((of) => [frame[of - 1], quantisers.get(frame[of] ?? 0)]);
			return {
				size: frame.slice(0, 5),
				components,
				huffman: huffman.sort(),
				restart,
				scan: base64(file.subarray(end)),
			};
		}
		at = end;
	}
};

const ffmpegMd5 = (file: Uint8Array): string =>
	execFileSync('ffmpeg', ['-v', 'error', '-f', 'mjpeg', '-i', 'pipe:0', '-f', 'md5', '-'], { input: file }).toString();

describe.each(rtpCaptures)('$capture', ({ capture, sent, codec, pictures, keyframes }) => {
	const packets = packetsOf(capture);
	const whole = keyframesOf(codec, packets);
	const wholeBodies = new Set(whole.map((unit) => base64(elementaryStream(unit))));
	const isJpeg = codec === 'jpeg';

	it('gives all its pictures, complete', () => {
		const units = createRtpUnits(codec);
		const frames = framesOf(units, packets);
		expect(units.depacketiser.malformed).toEqual({ count: 0, last: '' });
		expect(frames.map(({ complete }) => complete)).toEqual(Array.from({ length: pictures }, () => true));
		expect(frames.filter(({ keyframe }) => keyframe)).toHaveLength(keyframes);
		const payloads = frames.flatMap((frame) => frame.payloads());
		if (isJpeg) expect(payloads.map(essence)).toEqual(sentPayloads(sent).map(essence));
		else {
			// GStreamer repeats the parameter sets in front of a keyframe.
			const expected = sentPayloads(sent).map(base64);
			const repeated = new Set(expected);
			const got = payloads.map(base64);
			if (capture.startsWith('gst122-h')) expect(new Set(got)).toEqual(repeated);
			else expect(got).toEqual(expected);
		}
	});

	it('gives its keyframes with size and time', () => {
		expect(whole).toHaveLength(keyframes);
		const size = isJpeg ? { width: 96, height: 64 } : { width: 98, height: 66 };
		for (const unit of whole) expect(unit).toMatchObject({ codec, keyframe: true, ...size });
		const interval = capture.includes('restart') ? 0 : isJpeg ? 200 : 1000;
		// The clock of a live source of GStreamer is not exact.
		for (const [index, { timestamp }] of whole.entries())
			expect(Math.abs(timestamp - index * interval)).toBeLessThan(20);
	});

	it('does not write into the packets', () => {
		const before = packetBytes(capture).map((bytes) => Buffer.from(bytes));
		keyframesOf(codec, before.map(parseRtpPacket));
		expect(before.map(base64)).toEqual(packetBytes(capture).map(base64));
	});

	it('loses no more than it must when one packet is missing', () => {
		const trailer = packetBehind(packets);
		for (let lost = 0; lost < packets.length; lost += 1) {
			const rest = packets.filter((_, index) => index !== lost);
			const got = keyframesOf(codec, [...rest, trailer]).map((unit) => base64(elementaryStream(unit)));
			for (const body of got) expect(wholeBodies).toContain(body);
			// The frame it belongs to, and the next one where that does not show its beginning.
			const hidesBeginnings = codec === 'h264' || codec === 'hevc' || capture.includes('restart');
			expect(got.length).toBeGreaterThanOrEqual(keyframes - (hidesBeginnings ? 2 : 1));
		}
	});

	it('gives nothing wrong when packets are doubled or swapped', () => {
		const trailer = packetBehind(packets);
		for (let at = 0; at + 1 < packets.length; at += 1) {
			const [first, second] = packets.slice(at, at + 2);
			if (first === undefined || second === undefined) continue;
			const doubled = packets.toSpliced(at, 0, first);
			expect(keyframesOf(codec, doubled)).toHaveLength(keyframes);
			const swapped = packets.toSpliced(at, 2, second, first);
			for (const unit of keyframesOf(codec, [...swapped, trailer]))
				expect(wholeBodies).toContain(base64(elementaryStream(unit)));
		}
	});

	it('gives all its keyframes when a jitter buffer repairs the order', () => {
		const random = randomSource(11);
		// Each packet takes up to 40 ms longer than it need, and some come twice.
		const arrivals = packets
			.flatMap((packet, index) => (random() % 4 === 0 ? [packet, packet] : [packet]).map((copy) => ({ copy, index })))
			.map(({ copy, index }) => ({ copy, at: index === 0 ? 0 : index * 10 + (random() % 40) }))
			.sort((a, b) => a.at - b.at);
		const buffer = createJitterBuffer(100);
		const ordered = arrivals.flatMap(({ copy, at }) => buffer.push(copy, at));
		expect(ordered.map(({ sequence }) => sequence)).toEqual(packets.map(({ sequence }) => sequence));
		expect(keyframesOf(codec, ordered)).toHaveLength(keyframes);
	});

	it('gives nothing wrong when many packets are missing', () => {
		const random = randomSource(7);
		const trailer = packetBehind(packets);
		for (let run = 0; run < 60; run += 1) {
			const rest = packets.filter(() => random() % 10 > 0);
			for (const unit of keyframesOf(codec, [...rest, trailer]))
				expect(wholeBodies).toContain(base64(elementaryStream(unit)));
		}
	});

	it('is the same with padding between its packets', () => {
		let sequence = 0xfff0;
		const padded = packets.flatMap((packet) => {
			const next = () => (sequence = (sequence + 1) & 0xffff);
			const padding = buildRtpPacket({
				...packet,
				sequence: next(),
				marker: false,
				payload: new Uint8Array(0),
				padding: 9,
			});
			return [parseRtpPacket(padding), { ...packet, sequence: next() }];
		});
		const units = createRtpUnits(codec);
		// The first padding announces the timestamp of the frame behind it.
		expect(framesOf(units, padded).filter(({ complete }) => complete)).toHaveLength(pictures);
	});

	it('throws nothing but our error when bytes are changed', () => {
		const original = packetBytes(capture);
		const random = randomSource(3);
		for (let run = 0; run < 60; run += 1) {
			const damaged: RtpPacket[] = [];
			for (const bytes of original) {
				try {
					damaged.push(parseRtpPacket(random() % 5 === 0 ? mutate(bytes, random) : bytes));
				} catch (error) {
					expect(error).toBeInstanceOf(LivestillError);
				}
			}
			for (const unit of keyframesOf(codec, damaged)) {
				expect(unit.payloads.length).toBeGreaterThan(0);
				expect(unit.payloads.every((payload) => payload.length > 0)).toBe(true);
			}
		}
	});
});

const jpegCaptures = rtpCaptures.filter(({ codec }) => codec === 'jpeg');

describe.skipIf(isMissing('ffmpeg')).each(jpegCaptures)('$capture', ({ capture, sent, codec }) => {
	it('decodes to the same pixels', () => {
		const [file] = sentPayloads(sent);
		const [unit] = keyframesOf(codec, packetsOf(capture));
		expect(unit && ffmpegMd5(elementaryStream(unit))).toBe(file && ffmpegMd5(file));
	});
});
