/** RTCP: each packet is what was built, and hostile lengths are refused. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concatBytes } from '../../../ingest-node/protocols/bytes.ts';
import { buildBye } from '../../../ingest-node/protocols/rtp/rtcp/bye.ts';
import { buildFir, buildPli } from '../../../ingest-node/protocols/rtp/rtcp/keyframe-request.ts';
import { buildNack } from '../../../ingest-node/protocols/rtp/rtcp/nack.ts';
import { buildRemb } from '../../../ingest-node/protocols/rtp/rtcp/remb.ts';
import { buildReceiverReport, buildSenderReport } from '../../../ingest-node/protocols/rtp/rtcp/report.ts';
import { parseRtcp } from '../../../ingest-node/protocols/rtp/rtcp/rtcp.ts';
import { buildSourceDescription } from '../../../ingest-node/protocols/rtp/rtcp/source-description.ts';
import { LivestillError } from '../../../src/shared/errors.ts';
import { mutate, randomSource } from '../../support/mutate.ts';

const hex = (text: string): Uint8Array => new Uint8Array(Buffer.from(text.replaceAll(' ', ''), 'hex'));

const block = {
	ssrc: 0x99887766,
	fractionLost: 200,
	packetsLost: -3,
	highestSequence: 0x0002fffe,
	jitter: 77,
	lastSenderReport: 0xfedcba98,
	delaySinceLastSenderReport: 65_536,
};
const senderInfo = {
	ntpSeconds: 0xe0000001,
	ntpFraction: 0x80000000,
	rtpTimestamp: 0xfffffff0,
	packetCount: 12,
	octetCount: 3456,
};

const compound = concatBytes([
	buildSenderReport(1, senderInfo, [block]),
	buildReceiverReport(2, [block, { ...block, packetsLost: 0x7fffff }]),
	buildSourceDescription(3, 'name@example'),
	buildNack(4, 5, [0xfffe, 0xffff, 0, 14, 15, 500]),
	buildPli(6, 7),
	buildFir(8, 9, 255),
	buildRemb(10, 2_000_000, [11, 0xffffffff]),
	buildBye([12, 13]),
]);

describe('RTCP', () => {
	it('is what was built', () => {
		expect(parseRtcp(compound)).toEqual([
			{ kind: 'senderReport', ssrc: 1, ...senderInfo, blocks: [block] },
			{ kind: 'receiverReport', ssrc: 2, blocks: [block, { ...block, packetsLost: 0x7fffff }] },
			{ kind: 'sourceDescription', sources: [{ ssrc: 3, cname: 'name@example' }] },
			{ kind: 'nack', ssrc: 4, mediaSsrc: 5, sequences: [0xfffe, 0xffff, 0, 14, 15, 500] },
			{ kind: 'pli', ssrc: 6, mediaSsrc: 7 },
			{ kind: 'fir', ssrc: 8, entries: [{ mediaSsrc: 9, commandSequence: 255 }] },
			{ kind: 'remb', ssrc: 10, bitrate: 2_000_000, mediaSsrcs: [11, 0xffffffff] },
			{ kind: 'bye', ssrcs: [12, 13] },
		]);
	});

	it('has the bytes of the standards', () => {
		expect(buildPli(0x01020304, 0x05060708)).toEqual(hex('81ce0002 01020304 05060708'));
		expect(buildFir(1, 2, 3)).toEqual(hex('84ce0004 00000001 00000000 00000002 03000000'));
		expect(buildNack(1, 2, [10, 11, 26, 27])).toEqual(hex('81cd0004 00000001 00000002 000a8001 001b0000'));
		expect(buildRemb(1, 1_000_000, [2])).toEqual(hex('8fce0005 00000001 00000000 52454d42 010bd090 00000002'));
		expect(buildBye([1])).toEqual(hex('81cb0001 00000001'));
		expect(buildReceiverReport(1, [])).toEqual(hex('80c90001 00000001'));
		expect(buildSourceDescription(1, 'ab')).toEqual(hex('81ca0003 00000001 01026162 00000000'));
		expect(buildSourceDescription(1, 'a')).toEqual(hex('81ca0002 00000001 01016100'));
	});

	it('leaves out what it does not know', () => {
		const application = hex('80cc0001 00000000');
		const transportWide = hex('8fcd0002 00000001 00000002');
		const otherFeedback = hex('8fce0003 00000001 00000002 41424344');
		const bytes = concatBytes([application, transportWide, otherFeedback, buildBye([1])]);
		expect(parseRtcp(bytes)).toEqual([{ kind: 'bye', ssrcs: [1] }]);
		expect(parseRtcp(new Uint8Array(0))).toEqual([]);
	});

	it('may be padded', () => {
		expect(parseRtcp(hex('a1cb0002 00000001 00000004'))).toEqual([{ kind: 'bye', ssrcs: [1] }]);
	});

	it('has items besides the CNAME', () => {
		expect(parseRtcp(hex('82ca0005 00000001 0202aabb 01016100 00000002 0601ff00'))).toEqual([
			{
				kind: 'sourceDescription',
				sources: [
					{ ssrc: 1, cname: 'a' },
					{ ssrc: 2, cname: null },
				],
			},
		]);
	});

	it.each([
		['three bytes', '80c900'],
		['version 1', '40c90001 00000001'],
		['a length beyond the end', '80c90002 00000001'],
		['more blocks than there are', '81c90001 00000001'],
		['a sender report without its sender', '80c80001 00000001'],
		['padding of 0 bytes', 'a0c90001 00000000'],
		['padding of more than there is', 'a0c90001 00000009'],
		['padding of nothing', 'a0c90000'],
		['a NACK without pairs', '81cd0002 00000001 00000002'],
		['a PLI of one word', '81ce0001 00000001'],
		['a FIR without entries', '84ce0002 00000001 00000002'],
		['a REMB without its sources', '8fce0004 00000001 00000000 52454d42 020bd090'],
		['a REMB without its rate', '8fce0003 00000001 00000000 52454d42'],
		['a goodbye of nobody that is there', '82cb0001 00000001'],
		['a description cut off', '81ca0002 00000001 01ff6100'],
		['a description without end', '81ca0002 00000001 01026161'],
	])('is refused with %s', (_, bytes) => {
		expect(() => parseRtcp(hex(bytes))).toThrow(LivestillError);
	});

	it('is refused with more than a packet can hold', () => {
		expect(() => parseRtcp(concatBytes(Array.from({ length: 257 }, () => buildBye([]))))).toThrow(/more than 256/);
		expect(() =>
			parseRtcp(
				buildNack(
					1,
					2,
					Array.from({ length: 513 }, (_, i) => i * 20),
				),
			),
		).toThrow(/513 pairs/);
	});

	it('asks for the sequence numbers that are missing', () => {
		fc.assert(
			fc.property(fc.nat(0xffff), fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 60 }), (first, steps) => {
				const sequences = [first];
				for (const step of steps) sequences.push(((sequences.at(-1) ?? 0) + step) & 0xffff);
				expect(parseRtcp(buildNack(1, 2, sequences))).toMatchObject([{ kind: 'nack', sequences }]);
			}),
		);
	});

	it('keeps 18 bits of a rate', () => {
		fc.assert(
			fc.property(fc.integer({ min: 0, max: 2 ** 40 }), (bitrate) => {
				const [remb] = parseRtcp(buildRemb(1, bitrate, []));
				const read = remb?.kind === 'remb' ? remb.bitrate : -1;
				expect(read).toBeLessThanOrEqual(bitrate);
				expect(read).toBeGreaterThanOrEqual(bitrate * (1 - 2 ** -17));
			}),
		);
	});

	it('throws nothing but our error when bytes are changed', () => {
		const random = randomSource(1);
		for (let n = 0; n < 5000; n += 1) {
			try {
				parseRtcp(mutate(compound, random));
			} catch (error) {
				expect(error).toBeInstanceOf(LivestillError);
			}
		}
	});
});
