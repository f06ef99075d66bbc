/** One source of a publisher: counts what comes, puts it into order and asks for what is missing. */
import type { Clock } from '../../clock.ts';
import { createJitterBuffer, type JitterCounters } from '../rtp/jitter-buffer.ts';
import type { RtpPacket } from '../rtp/packet.ts';
import { createReceiverStatistics } from '../rtp/receiver-statistics.ts';
import type { ReportBlock, SenderReport } from '../rtp/rtcp/report.ts';

export interface PublishedSource {
	readonly ssrc: number;
	/** Takes a packet. */
	receive(packet: RtpPacket): void;
	onSenderReport(report: SenderReport): void;
	/** What is reported of it since the last call; `null` before the first packet. */
	report(): ReportBlock | null;
	readonly counters: Readonly<JitterCounters>;
	end(): void;
}

export interface PublishedSourceOptions {
	readonly ssrc: number;
	readonly clock: Clock;
	/** Hertz. */
	readonly clockRate: number;
	/** The next packet in order; a gap in front of it is final. `null`: nobody wants them in order. */
	readonly onPacket: ((packet: RtpPacket) => void) | null;
	/** Sequence numbers to ask for; `null`: the publisher does not send lost packets again. */
	readonly onMissing: ((sequences: readonly number[]) => void) | null;
}

/** Milliseconds that a missing packet is waited for: three requests over a slow mobile network. */
const repairTime = 600;
/** Without requests only reordering is repaired. */
const reorderTime = 100;
/** Milliseconds between two looks at what is missing, while something is. */
const lookInterval = 15;
/** Milliseconds. Nobody measures it for a receiver; too short a guess costs a packet sent twice. */
const roundTrip = 100;

export const createPublishedSource = (options: PublishedSourceOptions): PublishedSource => {
	const { ssrc, clock, clockRate, onPacket, onMissing } = options;
	const statistics = createReceiverStatistics(clockRate);
	const buffer = createJitterBuffer(onMissing === null ? reorderTime : repairTime);
	let cancel: (() => void) | null = null;
	let isOver = false;

	const pass = (packets: readonly RtpPacket[]): void => {
		for (const packet of packets) onPacket?.(packet);
	};

	const look = (): void => {
		cancel = null;
		const now = clock.monotonic();
		pass(buffer.expire(now));
		const sequences = onMissing === null ? [] : buffer.nacks(now, roundTrip);
		if (sequences.length > 0) onMissing?.(sequences);
		lookLater();
	};

	const lookLater = (): void => {
		if (isOver || cancel !== null || buffer.deadline() === null) return;
		cancel = clock.after(lookInterval, look);
	};

	return {
		ssrc,
		receive: (packet) => {
			const now = clock.monotonic();
			statistics.add(packet, now);
			if (onPacket === null) return;
			pass(buffer.push(packet, now));
			lookLater();
		},
		onSenderReport: (report) => statistics.addSenderReport(report, clock.monotonic()),
		report: () => statistics.report(ssrc, clock.monotonic()),
		counters: buffer.counters,
		end: () => {
			isOver = true;
			cancel?.();
		},
	};
};
