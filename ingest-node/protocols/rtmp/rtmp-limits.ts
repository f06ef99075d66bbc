/** Bounds on what an RTMP peer may send, each with its reason. */
export const rtmpLimits = {
	/** Bytes of a message once a stream is published: one keyframe, `limits.keyframeBytes`; the field allows 16,777,215. */
	messageBytes: 16 * 1024 * 1024,
	/** Bytes of a message before that, and of a command at any time: real ones stay below 2 kB. */
	commandBytes: 64 * 1024,
	/** Bytes of all incomplete messages of a connection: a keyframe and what may be interleaved with it. */
	incompleteBytes: 20 * 1024 * 1024,
	/** Chunk streams of a connection: real publishers use five; 65,597 could be addressed. */
	chunkStreams: 64,
	/** Messages before the publish and after an unpublish: real publishers send about ten. */
	messagesBeforePublish: 100,
	/** Nested AMF0 objects: real commands have two levels. */
	amf0Depth: 8,
	/** AMF0 values of one message: a connect command of FFmpeg 8 has about forty. */
	amf0Values: 1000,
} as const;
