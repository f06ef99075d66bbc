/** What a receiver reports of a source: losses and jitter. RFC 3550 §§ 6.4.1, A.1, A.3 and A.8. */
import type { RtpPacket } from './packet.ts';
import type { ReportBlock, SenderInfo } from './rtcp/report.ts';
import { nextSequence, sequenceDistance, timestampDistance } from './sequence.ts';

export interface ReceiverStatistics {
	/** Counts a packet, also one that is late or comes twice. @param now milliseconds, any origin */
	add(packet: Pick<RtpPacket, 'sequence' | 'timestamp'>, now: number): void;
	/** Takes a sender report. @param now milliseconds on the same clock */
	addSenderReport(report: Pick<SenderInfo, 'ntpSeconds' | 'ntpFraction'>, now: number): void;
	/**
	 * The block for the next report, which begins a new interval; `null` before the first packet.
	 *
	 * @param now milliseconds on the same clock
	 */
	report(ssrc: number, now: number): ReportBlock | null;
}

/** Larger jumps are taken for a restart, once the following packet confirms it: A.1. */
const maxDropout = 3000;
const maxMisorder = 100;

const maxLost = 0x7fffff;
const minLost = -0x800000;

interface Source {
	base: number;
	/** Extended: with the wraps in front of the 16 bits. */
	highest: number;
	received: number;
	expectedBefore: number;
	receivedBefore: number;
	/** Sequence number that would confirm a restart. */
	restart: number | null;
	transit: number;
	jitter: number;
}

/** @param clockRate ticks of the RTP timestamp a second */
export const createReceiverStatistics = (clockRate: number): ReceiverStatistics => {
	let source: Source | null = null;
	let lastSenderReport = 0;
	let lastSenderReportAt = 0;

	const begin = (sequence: number, transit: number): Source => ({
		base: sequence,
		highest: sequence,
		received: 1,
		expectedBefore: 0,
		receivedBefore: 0,
		restart: null,
		transit,
		jitter: 0,
	});

	return {
		add: ({ sequence, timestamp }, now) => {
			const transit = (Math.round((now * clockRate) / 1000) - timestamp) | 0;
			if (source === null) {
				source = begin(sequence, transit);
				return;
			}
			const ahead = sequenceDistance(sequence, source.highest & 0xffff);
			if (ahead >= maxDropout || ahead < -maxMisorder) {
				if (sequence === source.restart) source = begin(sequence, transit);
				else source.restart = nextSequence(sequence);
				return;
			}
			source.received += 1;
			if (ahead <= 0) return;
			source.highest += ahead;
			// A packet that was sent again has been on its way for long and says nothing about jitter.
			const difference = Math.abs(timestampDistance(transit, source.transit));
			source.transit = transit;
			source.jitter += (difference - source.jitter) / 16;
		},
		addSenderReport: ({ ntpSeconds, ntpFraction }, now) => {
			lastSenderReport = (((ntpSeconds & 0xffff) << 16) | (ntpFraction >>> 16)) >>> 0;
			lastSenderReportAt = now;
		},
		report: (ssrc, now) => {
			if (source === null) return null;
			const expected = source.highest - source.base + 1;
			const expectedNow = expected - source.expectedBefore;
			const lostNow = expectedNow - (source.received - source.receivedBefore);
			source.expectedBefore = expected;
			source.receivedBefore = source.received;
			const delay = lastSenderReport === 0 ? 0 : Math.round(((now - lastSenderReportAt) * 65_536) / 1000);
			return {
				ssrc,
				fractionLost: lostNow <= 0 ? 0 : Math.min(255, Math.floor((lostNow * 256) / expectedNow)),
				packetsLost: Math.min(maxLost, Math.max(minLost, expected - source.received)),
				highestSequence: source.highest % 2 ** 32,
				jitter: Math.floor(source.jitter),
				lastSenderReport,
				delaySinceLastSenderReport: Math.min(0xffffffff, Math.max(0, delay)),
			};
		},
	};
};
