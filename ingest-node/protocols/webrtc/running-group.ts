/**
 * The running group of pictures of a source that cannot be asked for a keyframe: the newest keyframe and all that came
 * since, with which a new player catches up. Groups that would take too much memory are not kept: then players wait.
 */
import { rtpLimits } from '../rtp/rtp-limits.ts';
import type { RelayedPacket } from './relay.ts';

export interface RunningGroup {
	/** A new group begins with the packets of a complete keyframe and what followed it, in their order. */
	begin(packets: readonly RelayedPacket[]): void;
	/** Takes the next packet; belongs to no group before the first keyframe. */
	add(packet: RelayedPacket): void;
	/** `null`: there is no group, or it was too large. */
	packets(): readonly RelayedPacket[] | null;
	/** A packet of the group, as far as it has no gaps. */
	get(sequence: number): RelayedPacket | null;
	clear(): void;
}

export const createRunningGroup = (): RunningGroup => {
	let group: RelayedPacket[] | null = null;
	let bytes = 0;

	const add = (packet: RelayedPacket): void => {
		if (group === null) return;
		bytes += packet.rtp.payload.length;
		if (group.length >= rtpLimits.groupPackets || bytes > rtpLimits.groupBytes) group = null;
		else group.push(packet);
	};

	return {
		begin: (packets) => {
			group = [];
			bytes = 0;
			for (const packet of packets) add(packet);
		},
		add,
		packets: () => group,
		get: (sequence) => {
			const first = group?.[0];
			const packet = first && group?.[(sequence - first.rtp.sequence) & 0xffff];
			return packet?.rtp.sequence === sequence ? packet : null;
		},
		clear: () => {
			group = null;
		},
	};
};
