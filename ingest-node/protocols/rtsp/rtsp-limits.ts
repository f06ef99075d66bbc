/** Bounds on what an RTSP peer may send, each with its reason. */
export const rtspLimits = {
	/** Bytes of a message up to its empty line: real ones have below 1,000, with long tokens 4,000. */
	headBytes: 16 * 1024,
	/** Header lines of a message: real ones have below 15. */
	headerLines: 100,
	/** Bytes of a message's body: an SDP with many tracks has below 10,000. */
	bodyBytes: 64 * 1024,
	/** Characters of a session identifier: servers use 8 to 32. */
	sessionIdLength: 256,
	/** Transports in one header: clients name two. */
	transports: 16,
	/** Challenges of one answer: two or three. */
	challenges: 16,
	/** Messages of a publisher before it sends media: it needs four, and two more for each track and refused password. */
	messagesBeforeRecord: 100,
	/** Wrong passwords on one connection: clients try each once, people a few. */
	refusedPasswords: 5,
	/** Parameter sets of a track's description. */
	parameterSets: 64,
} as const;
