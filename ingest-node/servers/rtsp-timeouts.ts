/** Milliseconds that an RTSP publisher may take, each with its reason. */
export interface RtspTimeouts {
	/** From the connection to its first request, with TLS to the end of the handshake: a round trip or three. */
	readonly request: number;
	/** From the connection, or the end of the last stream, to RECORD: six round trips, and a person who types a password. */
	readonly record: number;
	/** Without a packet of media while recording: encoders send several a second, and RTCP every five seconds or so. */
	readonly media: number;
	/** Without a packet after the publisher has said goodbye. */
	readonly goodbye: number;
	/** Between two receiver reports. RFC 3550 § 6.2 */
	readonly report: number;
	/** For the last bytes of ours to leave before the connection is cut. */
	readonly flush: number;
}

export const rtspTimeouts: RtspTimeouts = {
	request: 10_000,
	record: 30_000,
	media: 10_000,
	goodbye: 2000,
	report: 5000,
	flush: 1000,
};
