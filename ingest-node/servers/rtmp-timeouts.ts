/** Milliseconds that an RTMP peer may take, each with its reason. */
export interface RtmpTimeouts {
	/** From the connection to the end of the handshake: two round trips and 3 kB. */
	readonly handshake: number;
	/** From the connection, or the end of the last stream, to the publish command. */
	readonly publish: number;
	/** Between two complete messages while publishing: an encoder sends dozens a second, a slow-loris none. */
	readonly idle: number;
	/** For the last bytes of ours to leave before the connection is cut. */
	readonly flush: number;
}

export const rtmpTimeouts: RtmpTimeouts = { handshake: 10_000, publish: 20_000, idle: 30_000, flush: 1000 };
