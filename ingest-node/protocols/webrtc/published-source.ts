/** One source of a publisher: counts what comes, puts it into order and asks for what is missing. */
import type { Clock } from '../../clock.ts';
import type { RtpPacket } from '../rtp/packet.ts';
import type { ReportBlock, SenderReport } from '../rtp/rtcp/report.ts';

export interface PublishedSource {
	readonly ssrc: number;
	receive(packet: RtpPacket): void;
	onSenderReport(report: SenderReport): void;
	/** What is reported of it. */
	report(): ReportBlock;
	end(): void;
}

export interface PublishedSourceOptions {
	readonly ssrc: number;
	readonly clock: Clock;
	/** Hertz. */
	readonly clockRate: number;
	/** Whether the publisher sends lost packets again. */
	readonly isRepaired: boolean;
	/** The next packet in order; a gap in front of it is final. */
	readonly onPacket: (packet: RtpPacket) => void;
	/** Sequence numbers to ask for. */
	readonly onMissing: (sequences: readonly number[]) => void;
}

export const createPublishedSource = ({ ssrc, onPacket }: PublishedSourceOptions): PublishedSource => {
	let highest = 0;
	return {
		ssrc,
		receive: (packet) => {
			highest = packet.sequence;
			onPacket(packet);
		},
		onSenderReport: () => {},
		report: () => ({
			ssrc,
			fractionLost: 0,
			packetsLost: 0,
			highestSequence: highest,
			jitter: 0,
			lastSenderReport: 0,
			delaySinceLastSenderReport: 0,
		}),
		end: () => {},
	};
};
