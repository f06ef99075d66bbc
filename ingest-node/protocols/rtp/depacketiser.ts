/**
 * From packets to coded frames: what all payload formats have in common. Packets with one timestamp make one frame; it
 * ends with a marker or with the first packet of another timestamp. A gap spoils the frame that it touches and no
 * other; two parts from both sides of a gap are never joined.
 */
import { LivestillError } from '../../../src/shared/errors.ts';
import { limits } from '../../../src/shared/limits.ts';
import type { RtpPacket } from './packet.ts';
import { rtpLimits } from './rtp-limits.ts';
import { nextSequence } from './sequence.ts';

/** What the packets of one timestamp hold: an access unit, a temporal unit, a picture. */
export interface RtpFrame {
	/** 32 bits, in units of the payload format's clock. */
	readonly timestamp: number;
	/**
	 * Whether it can be a keyframe, or brings parameter sets, judged by its first bytes; of an incomplete frame, as far as
	 * they are there. An assembler judges by content.
	 */
	readonly keyframe: boolean;
	/** Whether every packet was there and well-formed. Only then are there payloads. */
	readonly complete: boolean;
	/**
	 * NAL units of H.264 and HEVC; of other codecs one element, the whole frame. They are put together when this is
	 * called, which few frames need. Views of the packets where that is possible.
	 *
	 * @throws LivestillError `FRAME_DAMAGED`, `UNSUPPORTED_FEATURE`
	 */
	readonly payloads: () => Uint8Array[];
}

export interface Depacketiser {
	/**
	 * Takes the next packet; its payload is kept by reference. Sequence numbers tell what is missing in front of it:
	 * whatever is not the next one is a gap, so reordering is repaired before. None, one or two frames are complete with
	 * it, or known to be incomplete. Never throws.
	 */
	push(packet: RtpPacket): readonly RtpFrame[];
	/** Malformed payloads so far, and what was wrong with the newest. */
	readonly malformed: { readonly count: number; readonly last: string };
}

/** The part of a depacketiser that knows a payload format. */
export interface PayloadReader {
	/**
	 * Whether it is certain that a frame begins with this payload, so that nothing of it was lost in a gap before.
	 *
	 * @param isFirst no gap is known of: then the look of a beginning is enough
	 */
	begins(payload: Uint8Array, isFirst: boolean): boolean;
	/** Takes the next payload of the frame, not empty. @throws LivestillError: the frame is spoilt */
	add(payload: Uint8Array): void;
	/** Whether the frame can be a keyframe, or brings parameter sets, as far as it is there. */
	isKeyframe(): boolean;
	/**
	 * Ends the frame and forgets it; `null`: it had nothing to show.
	 *
	 * @throws LivestillError: the frame is not whole
	 */
	finish(): RtpFrame['payloads'] | null;
	/** Forgets the frame. */
	clear(): void;
}

const noFrames: readonly RtpFrame[] = [];

/** No packet has this sequence number. */
const unknown = -1;

export const createDepacketiser = (reader: PayloadReader): Depacketiser => {
	let expected: number | null = null;
	/** Timestamp of the open frame; `null`: none is open. */
	let open: number | null = null;
	/** Timestamp of the frame that a marker has ended. */
	let ended: number | null = null;
	let isFirst = true;
	let isSpoilt = false;
	let keyframe = false;
	let packets = 0;
	let bytes = 0;
	/**
	 * Some senders set the marker on every packet, or on parameter sets: then only the timestamp tells frames apart. Others
	 * send many frames with one timestamp: those are seen to begin.
	 */
	let trustsMarker = true;
	const malformed = { count: 0, last: '' };

	const spoil = (): void => {
		if (isSpoilt) return;
		isSpoilt = true;
		keyframe = reader.isKeyframe();
		// What it has is of no use, and may be much.
		reader.clear();
	};

	const blame = (error: unknown): void => {
		if (!(error instanceof LivestillError)) throw error;
		malformed.count += 1;
		malformed.last = error.message;
		spoil();
	};

	const begin = (packet: RtpPacket, isBehindGap: boolean): void => {
		reader.clear();
		isSpoilt = false;
		keyframe = false;
		packets = 0;
		bytes = 0;
		const isContinued = packet.timestamp === ended && !isBehindGap && !reader.begins(packet.payload, false);
		if (isContinued) trustsMarker = false;
		if (isContinued || isBehindGap) isSpoilt = !reader.begins(packet.payload, isFirst || isContinued);
		open = packet.timestamp;
		isFirst = false;
	};

	const add = (payload: Uint8Array): void => {
		if (isSpoilt) return;
		packets += 1;
		bytes += payload.length;
		try {
			if (packets > rtpLimits.packetsPerUnit)
				throw new LivestillError('FRAME_TOO_LARGE', `frame has more than ${rtpLimits.packetsPerUnit} packets`);
			if (bytes > limits.keyframeBytes)
				throw new LivestillError('FRAME_TOO_LARGE', `frame has more than ${limits.keyframeBytes} bytes`);
			reader.add(payload);
		} catch (error) {
			blame(error);
		}
	};

	const close = (): RtpFrame | null => {
		if (open === null) return null;
		const timestamp = open;
		open = null;
		if (!isSpoilt) keyframe = reader.isKeyframe();
		try {
			const payloads = isSpoilt ? null : reader.finish();
			if (payloads !== null) return { timestamp, keyframe, complete: true, payloads };
			if (!isSpoilt) return null;
		} catch (error) {
			blame(error);
		}
		return { timestamp, keyframe, complete: false, payloads: () => [] };
	};

	return {
		push: (packet) => {
			const { sequence, timestamp, payload } = packet;
			if (expected !== null && nextSequence(sequence) === expected) return noFrames;
			const isBehindGap = sequence !== expected;
			if (open !== null && isBehindGap) spoil();
			const before = timestamp === open ? null : close();
			if (payload.length > 0) {
				if (open === null) begin(packet, isBehindGap);
				add(payload);
			}
			// Padding between two frames repairs no gap in front of it: the next frame has to show that it begins.
			expected = isBehindGap && open === null ? unknown : nextSequence(sequence);
			let now: RtpFrame | null = null;
			if (packet.marker && open !== null && trustsMarker) {
				ended = open;
				now = close();
			}
			if (before === null) return now === null ? noFrames : [now];
			return now === null ? [before] : [before, now];
		},
		malformed,
	};
};
