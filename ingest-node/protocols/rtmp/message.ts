/** RTMP messages as they come out of, or go into, the chunk stream. Adobe RTMP 1.0 § 6. */

/** Message type ids, §§ 5.4, 6.2, 7.1. */
export const messageType = {
	setChunkSize: 1,
	abort: 2,
	acknowledgement: 3,
	userControl: 4,
	windowAcknowledgementSize: 5,
	setPeerBandwidth: 6,
	audio: 8,
	video: 9,
	dataAmf3: 15,
	commandAmf3: 17,
	dataAmf0: 18,
	commandAmf0: 20,
	aggregate: 22,
} as const;

export interface Message {
	readonly typeId: number;
	readonly streamId: number;
	/** Milliseconds, modulo 2^32. */
	readonly timestamp: number;
	/** Bytes that the message had. */
	readonly length: number;
	/** The message, owned by the receiver; `null` when nobody wanted it. */
	readonly payload: Uint8Array | null;
}
