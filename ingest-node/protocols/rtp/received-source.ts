/** One source of a sender: counts what comes, puts it into order and asks for what is missing. */
import type { Clock } from '../../clock.ts';
import { createJitterBuffer, type JitterCounters } from './jitter-buffer.ts';
import type { RtpPacket } from './packet.ts';
import { createReceiverStatistics } from './receiver-statistics.ts';
import type { ReportBlock, SenderReport } from './rtcp/report.ts';

export interface ReceivedSource {
	readonly ssrc: number;
	/** Takes a packet. */
	receive(packet: RtpPacket): void;
	onSenderReport(report: SenderReport): void;
	/** What is reported of it since the last call; `null` before the first packet. */
	report(): ReportBlock | null;
	readonly counters: Readonly<JitterCounters>;
	end(): void;
}

export interface ReceivedSourceOptions {
	readonly ssrc: number;
	readonly clock: Clock;
	/** Hertz. */
	readonly clockRate: number;
	/** The next packet in order; a gap in front of it is final. `null`: nobody wants them in order. */
	readonly onPacket: ((packet: RtpPacket) => void) | null;
	/** Milliseconds that a missing packet is waited for; 0 where none can be late. */
	readonly maxWait: number;
	/** Sequence numbers to ask for; `null`: the sender does not send lost packets again. */
	readonly onMissing: ((sequences: readonly number[]) => void) | null;
}

/** Milliseconds to wait for packets that are sent again: three requests over a slow mobile network. */
export const repairTime = 600;
/** Milliseconds to wait where only reordering can be repaired. */
export const reorderTime = 100;
/** Milliseconds between two looks at what is missing, while something is. */
const lookInterval = 15;
/** Milliseconds. Nobody measures it for a receiver; too short a guess costs a packet sent twice. */
const roundTrip = 100;

export const createReceivedSource = (options: ReceivedSourceOptions): ReceivedSource => {
	const { ssrc, clock, clockRate, maxWait, onPacket, onMissing } = options;
	const statistics = createReceiverStatistics(clockRate);
	const buffer = createJitterBuffer(maxWait);
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
