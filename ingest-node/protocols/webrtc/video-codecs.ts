/**
 * Which payload format of an offer carries the video. One is chosen: without retransmission formats, redundancy or
 * alternatives in the answer, a peer sends nothing else.
 */
import { videoClockRate } from '../rtp/frames-to-units.ts';
import type { PayloadFormat } from '../sdp/description.ts';
import { fittingProfile } from './h264-profile.ts';

/** Codecs that browsers send. */
export const webRtcVideoCodecs = ['h264', 'vp8', 'vp9', 'av1'] as const;
export type WebRtcVideoCodec = (typeof webRtcVideoCodecs)[number];

/** A published stream's video, as a player has to take it. */
export interface VideoKind {
	readonly codec: WebRtcVideoCodec;
	/** H.264: `profile_idc` and constraint flags in hexadecimal, `42e0`; else ''. RFC 6184 § 8.1 */
	readonly profile: string;
}

const isVideoCodec = (encoding: string): encoding is WebRtcVideoCodec =>
	(webRtcVideoCodecs as readonly string[]).includes(encoding);

/** Whether NAL units may be aggregated and fragmented. RFC 6184 § 8.1: without the parameter they may not. */
const isNonInterleaved = ({ parameters }: PayloadFormat): boolean => parameters.get('packetization-mode') === '1';

// Without the parameter the profile is Baseline with all constraints off.
const h264Profile = ({ parameters }: PayloadFormat): string =>
	(parameters.get('profile-level-id') ?? '42000a').toLowerCase().slice(0, 4);

/** What the edge decodes: 8 bits a sample, 4:2:0. RFC 9628 § 6.1 `profile-id`, AV1 RTP § 7.2.1 `profile` */
const isDecodable = (format: PayloadFormat): boolean => {
	if (format.clockRate !== videoClockRate) return false;
	if (format.encoding === 'vp9') return (format.parameters.get('profile-id') ?? '0') === '0';
	if (format.encoding === 'av1') return (format.parameters.get('profile') ?? '0') === '0';
	if (format.encoding === 'h264') return isNonInterleaved(format);
	return format.encoding === 'vp8';
};

/** The codec and profile of a format; `null` when it is none that the edge decodes. */
export const videoKindOf = (format: PayloadFormat): VideoKind | null => {
	if (!isVideoCodec(format.encoding) || !isDecodable(format)) return null;
	return { codec: format.encoding, profile: format.encoding === 'h264' ? h264Profile(format) : '' };
};

/** Constrained Baseline: all browsers play it. RFC 6184 § 8.1 table 5 */
const constrainedBaseline = '42e0';

/**
 * The format that a publisher shall use, or `null`: the first of `preference` that is offered. Of H.264's profiles
 * Constrained Baseline, because all players take it, else what the peer prefers.
 */
export const choosePublishedFormat = (
	formats: readonly PayloadFormat[],
	preference: readonly WebRtcVideoCodec[],
): PayloadFormat | null => {
	for (const codec of preference) {
		const candidates = formats.filter((format) => videoKindOf(format)?.codec === codec);
		const universal = candidates.find((format) => videoKindOf(format)?.profile === constrainedBaseline);
		const choice = universal ?? candidates[0];
		if (choice !== undefined) return choice;
	}
	return null;
};

/** The format in which a player takes a published stream, or `null`. */
export const choosePlayedFormat = (formats: readonly PayloadFormat[], published: VideoKind): PayloadFormat | null => {
	const candidates = formats.filter((format) => videoKindOf(format)?.codec === published.codec);
	if (published.codec !== 'h264') return candidates[0] ?? null;
	return candidates[fittingProfile(candidates.map(h264Profile), published.profile)] ?? null;
};
