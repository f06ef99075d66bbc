/** Bounds on what an RTP peer may send, each with its reason. */
export const rtpLimits = {
	/** Packets of one coded picture: 16 MiB in packets of 1,200 bytes are 13,982. */
	packetsPerUnit: 20_000,
	/** Packets that wait for an earlier one: half a second at 20 Mbit/s. A power of two. */
	reorderPackets: 1024,
	/** Bytes of those packets: 1024 of 1,500 bytes each are 1.5 MB; RTSP allows packets of 64 kB. */
	reorderBytes: 4 * 1024 * 1024,
	/** Sequence numbers that are asked for at a time; more are missing only when the network is gone. */
	missingPackets: 256,
	/** Pairs of a NACK, RFC 4585 § 6.2.1: 1,500 bytes hold 372. */
	nackPairs: 512,
	/** Entries of a FIR or REMB: one stream, or a few bundled. */
	feedbackEntries: 32,
	/** Packets of an RTCP compound: 1,500 bytes hold 187 of eight bytes. */
	rtcpPackets: 256,
	/** Sent packets that can be sent again: one second at 10 Mbit/s. A power of two. */
	sentPackets: 1024,
	/** Bytes of a group of pictures that is kept for players: 10 s, the longest usual keyframe interval, at 6 Mbit/s. */
	groupBytes: 8 * 1024 * 1024,
	/** Packets of it: that many bytes in packets of 1,200, and small pictures. */
	groupPackets: 10_000,
} as const;
