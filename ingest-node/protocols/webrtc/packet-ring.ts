/** The newest packets of a source, by their sequence numbers. */
import { rtpLimits } from '../rtp/rtp-limits.ts';
import { sequenceDistance, timestampDistance } from '../rtp/sequence.ts';
import type { RelayedPacket } from './relay.ts';

export interface PacketRing {
	add(packet: RelayedPacket): void;
	get(sequence: number): RelayedPacket | null;
	/** The picture with this timestamp and all that follows, in the order of their sequence numbers. */
	from(timestamp: number): RelayedPacket[];
	clear(): void;
}

const capacity = rtpLimits.sentPackets;

export const createPacketRing = (): PacketRing => {
	const slots: (RelayedPacket | undefined)[] = [];
	return {
		add: (packet) => {
			slots[packet.rtp.sequence & (capacity - 1)] = packet;
		},
		get: (sequence) => {
			const packet = slots[sequence & (capacity - 1)];
			return packet?.rtp.sequence === sequence ? packet : null;
		},
		from: (timestamp) =>
			slots
				.filter((packet) => packet !== undefined)
				.filter(({ rtp }) => timestampDistance(rtp.timestamp, timestamp) >= 0)
				.sort((a, b) => sequenceDistance(a.rtp.sequence, b.rtp.sequence)),
		clear: () => {
			slots.length = 0;
		},
	};
};
