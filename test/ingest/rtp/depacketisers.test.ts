/** Payload descriptors by hand, and the habits of senders. */
import { describe, expect, it } from 'vitest';
import { createAv1Depacketiser } from '../../../ingest-node/protocols/rtp/av1-depacketiser.ts';
import type { Depacketiser } from '../../../ingest-node/protocols/rtp/depacketiser.ts';
import { createRtpUnits } from '../../../ingest-node/protocols/rtp/frames-to-units.ts';
import { createH264Depacketiser } from '../../../ingest-node/protocols/rtp/h264-depacketiser.ts';
import { createHevcDepacketiser } from '../../../ingest-node/protocols/rtp/hevc-depacketiser.ts';
import { createJpegDepacketiser } from '../../../ingest-node/protocols/rtp/jpeg-depacketiser.ts';
import { quantisersOf } from '../../../ingest-node/protocols/rtp/jpeg-header.ts';
import { huffmanTables } from '../../../ingest-node/protocols/rtp/jpeg-tables.ts';
import type { RtpPacket } from '../../../ingest-node/protocols/rtp/packet.ts';
import { rtpLimits } from '../../../ingest-node/protocols/rtp/rtp-limits.ts';
import { createVp8Depacketiser } from '../../../ingest-node/protocols/rtp/vp8-depacketiser.ts';
import { createVp9Depacketiser } from '../../../ingest-node/protocols/rtp/vp9-depacketiser.ts';
import { fixture } from '../support/fixtures.ts';
import { packetsOf } from '../support/rtp-captures.ts';

const hex = (text: string): Uint8Array => new Uint8Array(Buffer.from(text.replaceAll(' ', ''), 'hex'));

/** Feeds payloads, a `!` for the marker; each timestamp in front of `@`. Returns the payloads of each frame in hexadecimal. */
const feed = (depacketiser: Depacketiser, ...packets: readonly string[]): (string | null)[] => {
	const frames: (string | null)[] = [];
	for (const [sequence, text] of packets.entries()) {
		const [timestamp = '', payload = ''] = text.split('@');
		const packet: RtpPacket = {
			marker: payload.endsWith('!'),
			payloadType: 96,
			sequence,
			timestamp: Number(timestamp),
			ssrc: 1,
			extension: null,
			payload: hex(payload.replace('!', '')),
		};
		for (const { complete, payloads } of depacketiser.push(packet))
			frames.push(
				complete
					? payloads()
							.map((bytes) => Buffer.from(bytes).toString('hex'))
							.join(' ')
					: null,
			);
	}
	return frames;
};

describe('frames', () => {
	const sps = '6701';

	it('end with a marker or with another timestamp', () => {
		expect(feed(createH264Depacketiser(), `1@${sps}`, '1@6588!', '2@4188', '3@4189!')).toEqual([
			'6701 6588',
			'4188',
			'4189',
		]);
	});

	it('end with the timestamp alone when a sender marks every packet', () => {
		const frames = feed(createH264Depacketiser(), `1@${sps}!`, '1@6802!', '1@6588!', '2@4188!', '2@4108!', '3@4189!');
		expect(frames).toEqual([sps, '6802 6588', '4188 4108']);
	});

	it('are told apart by their beginnings when a sender has one timestamp for all', () => {
		expect(feed(createVp8Depacketiser(), '7@1000!', '7@1001', '7@0002!', '7@1003!')).toEqual(['00', '0102', '03']);
	});

	it('are spoilt by a payload that is malformed, and no other is', () => {
		const depacketiser = createH264Depacketiser();
		expect(feed(depacketiser, `1@${sps}`, '1@1905!', '2@4188!')).toEqual([null, '4188']);
		expect(depacketiser.malformed).toEqual({
			count: 1,
			last: 'H.264 payload: type 25 is not of packetization mode 0 or 1',
		});
	});

	it('have a bounded number of packets', () => {
		const depacketiser = createVp8Depacketiser();
		const packet = { marker: false, payloadType: 96, timestamp: 1, ssrc: 1, extension: null };
		for (let sequence = 0; sequence <= rtpLimits.packetsPerUnit; sequence += 1)
			depacketiser.push({ ...packet, sequence, payload: hex(sequence === 0 ? '1000' : '0000') });
		expect(depacketiser.malformed).toEqual({ count: 1, last: 'frame has more than 20000 packets' });
		const [frame] = depacketiser.push({ ...packet, sequence: 20_001, timestamp: 2, payload: hex('1000') });
		expect(frame).toMatchObject({ complete: false, keyframe: true });
		expect(frame?.payloads()).toEqual([]);
	});
});

describe('H.264', () => {
	it('has fragments, single NAL units and aggregates', () => {
		const packets = ['1@78 0002 6701 0002 6802', '1@7c85 88aa', '1@7c05 bb', '1@7c45 cc!'];
		expect(feed(createH264Depacketiser(), ...packets)).toEqual(['6701 6802 6588aabbcc']);
	});

	it.each([
		['a fragment without start', ['1@6701', '1@7c05bb!']],
		['a fragment without end', ['1@6701', '1@7c8588!']],
		['two starts', ['1@6701', '1@7c8588', '1@7c8588!']],
		['a NAL unit between fragments', ['1@6701', '1@7c8588', '1@6802', '1@7c45bb!']],
		['start and end at once', ['1@6701', '1@7cc588!']],
		['FU-A of one byte', ['1@6701', '1@7c!']],
		['an aggregate cut off', ['1@78 0002 6701 0003 6802!']],
		['an aggregate of half a length', ['1@78 0002 6701 00!']],
		['an empty aggregate', ['1@6701', '1@78!']],
		['STAP-B', ['1@6701', '1@79 0000 0002 6802!']],
		['MTAP16', ['1@6701', '1@7a 0000 0002 6802!']],
		['FU-B', ['1@6701', '1@7d85 0000 88!']],
		['type 0', ['1@6701', '1@6088!']],
	])('is nothing with %s', (_, packets) => {
		expect(feed(createH264Depacketiser(), ...packets)).toEqual([null]);
	});

	it('takes parameter sets of the SDP', () => {
		const units = createRtpUnits('h264');
		const packets = packetsOf('ffmpeg51-h264');
		const depacketiser = createH264Depacketiser();
		const [whole] = packets.flatMap((packet) => depacketiser.push(packet));
		units.addParameterSets(whole?.payloads() ?? []);
		const frames = packets.slice(1).flatMap((packet) => units.depacketiser.push(packet));
		// Without AUD and SPS in front only the look of a first slice can be trusted, and only when nothing came before.
		expect(frames[0]).toMatchObject({ complete: true, keyframe: true });
		expect(frames[0] && units.toUnit(frames[0])).toMatchObject({ width: 98, height: 66 });
	});
});

describe('HEVC', () => {
	it('has fragments and aggregates', () => {
		const packets = ['1@6001 0003 400101 0003 420102', '1@6201 93 80aa', '1@6201 13 bb', '1@6201 53 cc!'];
		expect(feed(createHevcDepacketiser(), ...packets)).toEqual(['400101 420102 260180aabbcc']);
	});

	it.each([
		['a header cut off', ['1@400101', '1@62!']],
		['a fragment without start', ['1@400101', '1@62011380!']],
		['a fragment cut off', ['1@400101', '1@6201!']],
		['PACI', ['1@400101', '1@64010000!']],
	])('is nothing with %s', (_, packets) => {
		expect(feed(createHevcDepacketiser(), ...packets)).toEqual([null]);
	});
});

describe('VP8', () => {
	it('has descriptors of all lengths', () => {
		expect(
			feed(
				createVp8Depacketiser(),
				'1@10 00!',
				'2@90 80 11 01!',
				'3@90 80 9122 02!',
				'4@90 e0 9122 33 44 03!',
				'5@90 20 44 04!',
				'6@90 00 05!',
				'7@30 06!',
			),
		).toEqual(['00', '01', '02', '03', '04', '05', '06']);
	});

	it('may have partitions', () => {
		expect(feed(createVp8Depacketiser(), '1@10 00', '1@00 01', '1@11 02!')).toEqual(['000102']);
	});

	it.each([
		['nothing behind its descriptor', ['1@10 00', '1@00!']],
		['a descriptor cut off', ['1@10 00', '1@80 80!']],
		['two beginnings', ['1@10 00', '1@10 01!']],
		['no beginning', ['1@10 00!', '2@00 00!']],
	])('is nothing with %s', (_, packets) => {
		expect(feed(createVp8Depacketiser(), ...packets).at(-1)).toBeNull();
	});
});

describe('VP9', () => {
	it('has descriptors of all lengths', () => {
		expect(
			feed(
				createVp9Depacketiser(),
				'1@0c 00!',
				'2@8c 11 01!',
				'3@8c 9122 02!',
				'4@ac 11 00 33 03!',
				'5@dc 11 03 05 08 04!',
				'6@bc 11 00 05!',
				'7@0e 18 0040 0030 02 04 aa 08 bb bb 06!',
			),
		).toEqual(['00', '01', '02', '03', '04', '05', '06']);
	});

	it('is its lowest spatial layer', () => {
		expect(feed(createVp9Depacketiser(), '1@a8 11 00 33 00', '1@a4 11 00 33 01', '1@ac 11 02 33 02!')).toEqual([
			'0001',
		]);
	});

	it.each([
		['nothing behind its descriptor', ['1@0c!']],
		['no end', ['1@08 00!']],
		['no beginning', ['1@04 00!']],
		['something behind its end', ['1@0c 00', '1@04 00!']],
		['four references', ['1@dc 11 03 03 03 02 00!']],
		['a structure cut off', ['1@0e 18 00!']],
	])('is nothing with %s', (_, packets) => {
		expect(feed(createVp9Depacketiser(), ...packets)).toEqual([null]);
	});
});

describe('AV1', () => {
	it('has elements with and without their lengths, and gives them sizes', () => {
		expect(feed(createAv1Depacketiser(), '1@08 02 08aa 03 30bbcc!', '2@20 02 08aa 30bbcc!', '3@10 30bb!')).toEqual([
			'0a01aa3202bbcc',
			'0a01aa3202bbcc',
			'3201bb',
		]);
	});

	it('has OBUs in fragments', () => {
		expect(feed(createAv1Depacketiser(), '1@58 30aa', '1@d0 bb', '1@a0 01 cc 30dd!')).toEqual(['3203aabbcc3201dd']);
	});

	it('leaves sizes and extensions as they are', () => {
		expect(feed(createAv1Depacketiser(), '1@28 03 0a01aa 3408bb!')).toEqual(['0a01aa360801bb']);
	});

	it.each([
		['a fragment without start', ['1@18 30aa', '1@90 bb!']],
		['a fragment without end', ['1@58 30aa!']],
		['a fragment that is not continued', ['1@58 30aa', '1@10 30bb!']],
		['fewer elements than announced', ['1@38 01 30!']],
		['an element cut off', ['1@08 05 30!']],
		['a length without end', ['1@08 ff!']],
	])('is nothing with %s', (_, packets) => {
		expect(feed(createAv1Depacketiser(), ...packets)).toEqual([null]);
	});

	it('may have a packet without elements', () => {
		expect(feed(createAv1Depacketiser(), '1@08!', '2@10 30aa!')).toEqual(['3201aa']);
	});
});

describe('JPEG', () => {
	const tables = `0000 0080 ${'01'.repeat(64)} ${'02'.repeat(64)}`;

	it('has quantisation tables by formula', () => {
		// jpegenc quality=60, whose libjpeg has the same formula.
		const file = fixture('rtp/gst122-jpeg420.mjpeg');
		const at = Buffer.from(file).indexOf('ffdb', 0, 'hex') + 5;
		expect(quantisersOf(60)[0]).toEqual(file.slice(at, at + 64));
		expect(quantisersOf(50)[0]?.slice(0, 4)).toEqual(Uint8Array.of(16, 11, 12, 14));
		expect(quantisersOf(1)[0]?.every((value) => value === 255)).toBe(true);
		expect(quantisersOf(99)[0]?.[0]).toBe(1);
		const [frame] = feed(createJpegDepacketiser(), '1@00 000000 01 3c 0c 08 abcd!');
		expect(frame).toContain(Buffer.from(quantisersOf(60)[0] ?? []).toString('hex'));
		expect(frame?.endsWith('abcdffd9')).toBe(true);
	});

	it('has complete code tables', () => {
		for (const table of huffmanTables)
			expect(table.length).toBe(17 + table.subarray(1, 17).reduce((sum, count) => sum + count, 0));
	});

	it('keeps tables in band, except those of Q 255', () => {
		const next = (q: string) => [
			`1@00 000000 01 ${q} 0c 08 ${tables} abcd!`,
			`2@00 000000 01 ${q} 0c 08 0000 0000 abcd!`,
		];
		const [first, second] = feed(createJpegDepacketiser(), ...next('80'));
		expect(first).toBe(second);
		expect(feed(createJpegDepacketiser(), ...next('ff'))).toEqual([first, null]);
	});

	it('has an end, once', () => {
		const [with1, without] = feed(
			createJpegDepacketiser(),
			'1@00 000000 01 3c 0c 08 abffd9!',
			'2@00 000000 01 3c 0c 08 ab!',
		);
		expect(with1).toBe(without);
	});

	it.each([
		['another type', '1@00 000000 02 3c 0c 08 ab!'],
		['an interlaced field', '1@01 000000 01 3c 0c 08 ab!'],
		['a reserved Q', '1@00 000000 01 64 0c 08 ab!'],
		['Q 0', '1@00 000000 01 00 0c 08 ab!'],
		['no width', '1@00 000000 01 3c 00 08 ab!'],
		['no tables', '1@00 000000 01 80 0c 08 0000 0000 ab!'],
		['tables cut off', '1@00 000000 01 80 0c 08 0000 0080 ab!'],
		['half a table', '1@00 000000 01 80 0c 08 0000 0001 ab!'],
		['a header cut off', '1@00 000000 01 3c!'],
		['a restart header cut off', '1@00 000000 41 3c 0c 08 0001!'],
		['a gap in its offsets', '1@00 000001 01 3c 0c 08 ab!'],
		['no scan', '1@00 000000 01 3c 0c 08!'],
	])('is nothing with %s', (_, packet) => {
		expect(feed(createJpegDepacketiser(), packet)).toEqual([null]);
	});

	it('is nothing with a fragment of another picture', () => {
		expect(feed(createJpegDepacketiser(), '1@00 000000 01 3c 0c 08 ab', '1@00 000001 01 3d 0c 08 cd!')).toEqual([null]);
	});
});
