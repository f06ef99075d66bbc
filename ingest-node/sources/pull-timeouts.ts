/** Milliseconds that a camera may take, each with its reason. */
export interface PullTimeouts {
	/** TCP and TLS handshakes: a camera at the other end of a radio link takes a second. */
	readonly connect: number;
	/** For the response to a request. */
	readonly response: number;
	/** From the connection to the response to PLAY, redirects included. */
	readonly setup: number;
	/** From PLAY to the first packet over UDP: after that a firewall is more likely than a slow camera. */
	readonly firstPacket: number;
	/** Between two packets: the slowest cameras send a picture every few seconds. */
	readonly silence: number;
	/** For the response to TEARDOWN. */
	readonly farewell: number;
	/** Between two RTCP reports of ours. RFC 3550 § 6.2 */
	readonly report: number;
}

export const pullTimeouts: PullTimeouts = {
	connect: 5000,
	response: 10_000,
	setup: 20_000,
	firstPacket: 5000,
	silence: 10_000,
	farewell: 1000,
	report: 5000,
};
