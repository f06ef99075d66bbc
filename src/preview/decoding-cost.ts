import type { Codec } from '../shared/codec.ts';
import type { KeyframeInfo } from '../shared/keyframe-object.ts';

/**
 * How many samples of H.264 take as long to decode as one of each codec, rounded up. Keyframes of 1080p with 80 to 145 KB, warm, in
 * Node: H.264 35 ms, HEVC 43 to 63, JPEG 39 to 55, VP8 62 to 67, VP9 70 to 91, AV1 111 to 169.
 */
const weights: Readonly<Record<Codec, number>> = { h264: 1, hevc: 2, jpeg: 2, vp8: 2, vp9: 3, av1: 5 };

/** What decoding a keyframe takes of `limits.sequenceSamples`. */
export const decodingCost = ({ codec, width, height }: KeyframeInfo): number =>
	width * height * (codec === 'none' ? 1 : weights[codec]);
