/**
 * Every bound on untrusted input, each with its reason. Bounds are checked before anything is allocated; an error that
 * reports one names the actual value and the maximum.
 */
export const limits = {
	/** Characters (UTF-16 code units) of a stream name: DESIGN's rule; 200 always encode to a key under 1,024 bytes. */
	streamNameLength: 200,
	/** Bytes of an object key: the limit of R2 and S3. */
	objectKeyBytes: 1024,
	/** Bytes of all metadata of an object: R2 refuses more than 8,192. */
	metadataBytes: 8192,
	/** Bytes of a keyframe: a 4K intra frame at a contribution bitrate stays below 8 MiB; an isolate has 128 MB. */
	keyframeBytes: 16 * 1024 * 1024,
	/** NAL units of one access unit: H.264 level 5.2 allows 8160 slices of one macroblock at 1080p; 4 K has 36,864 macroblocks. */
	nalUnits: 40_000,
	/** Luma samples of a coded picture: 4096 × 2304, the frame size of H.264 level 5.1; RGBA of it is 37.7 MB of 128. */
	pixels: 4096 * 2304,
	/**
	 * Bytes of a decoded picture's planes: 4K in 4:2:2 with more than 8 bits has 37.7 MB, which with as much RGBA, or once more
	 * for the deinterlacing, fits an isolate; 4:4:4 has 56.6 MB, which does not.
	 */
	planeBytes: 48 * 1024 * 1024,
	/**
	 * Samples of a JPEG picture: 5 megapixels. libjpeg gives RGBA: 20 MB each in WebAssembly memory, as a copy and as
	 * output, and 15 MB in planes. RTP cannot carry more than 2040 × 2040 (RFC 2435).
	 */
	jpegPixels: 2560 * 1920,
	/** Pixels of a JPEG or WebP that is made: RGBA of it is there twice, 20 MB each, besides the encoder's own of as much. */
	encodedPixels: 2560 * 1920,
	/** Pixels of all frames of an animation: noise takes three bytes each, 19 MB, and the file is there twice when it is written. */
	animationPixels: 6 * 1024 * 1024,
	/** Pixels of a sprite: RGBA of it, 10 MB, is there while keyframes are decoded, and twice while it is encoded. */
	spritePixels: 2560 * 1024,
	/**
	 * Luma samples of all keyframes that one answer is made of: 64 of 1080p in H.264, 16 of 4K; other codecs count more. With the bytes below they are its time, and a
	 * Worker has five seconds: 100 of 1080p with 12 MB took 5.6 s of a processor that had eight times as much to do.
	 */
	sequenceSamples: 64 * 1920 * 1088,
	/** Bytes of all keyframes that one answer is made of. */
	sequenceBytes: 8 * 1024 * 1024,
	/** Scans of a JPEG picture: encoders write about ten, hostile files thousands, each of which costs a whole pass. */
	jpegScans: 64,
	/** Luma samples along one side: PNG and canvas users fail beyond it. */
	side: 16_384,
	/** Bytes of a REST request body; real ones stay below 500. */
	requestBodyBytes: 16 * 1024,
} as const;
