/**
 * The video tag: what a video message holds. Legacy header: Adobe FLV 10.1 § E.4.3; enhanced header with FourCC, ModEx
 * and multitrack: Enhanced RTMP v2, "Enhanced Video".
 *
 *     legacy    | frame type 4 | codec id 4 | packet type 8 | composition time 24 | data
 *     enhanced  | 1 | frame type 3 | packet type 4 | (ModEx …) | (multitrack 8) | FourCC 32 | (track 8, size 24) | data
 */
import type { Codec } from '../../../src/shared/codec.ts';
import { LivestillError } from '../../../src/shared/errors.ts';
import { u8, u16, u24 } from '../bytes.ts';

export type VideoTag =
	/** A new decoder configuration record. */
	| { readonly kind: 'config'; readonly codec: Codec; readonly data: Uint8Array }
	/** One access unit; `keyframe` is what the publisher says. */
	| {
			readonly kind: 'frame';
			readonly codec: Codec;
			readonly keyframe: boolean;
			/** Presentation minus decoding time, milliseconds. */
			readonly compositionTime: number;
			readonly data: Uint8Array;
	  }
	/** End of sequence, metadata, seek commands, other tracks: nothing to show. */
	| { readonly kind: 'nothing' };

const nothing: VideoTag = { kind: 'nothing' };

const keyFrame = 1;
const generatedKeyFrame = 4;
const commandFrame = 5;

/** Codec ids of the legacy header. 12 is no standard, but widely used for HEVC. */
const legacyCodecs: ReadonlyMap<number, Codec> = new Map([
	[7, 'h264'],
	[12, 'hevc'],
]);

/** Enhanced RTMP v2, `VideoFourCc`. */
export const fourCcs: ReadonlyMap<string, Codec> = new Map([
	['avc1', 'h264'],
	['hvc1', 'hevc'],
	['vp08', 'vp8'],
	['vp09', 'vp9'],
	['av01', 'av1'],
]);

/** Enhanced RTMP v2, `VideoPacketType`. */
const packetType = {
	sequenceStart: 0,
	codedFrames: 1,
	sequenceEnd: 2,
	codedFramesX: 3,
	metadata: 4,
	multitrack: 6,
	modEx: 7,
} as const;

const multitrackType = { oneTrack: 0, manyTracks: 1, manyTracksManyCodecs: 2 } as const;

const fail = (why: string): never => {
	throw new LivestillError('PROTOCOL_VIOLATION', `video tag ${why}`);
};

const signed24 = (bytes: Uint8Array, at: number): number => (u24(bytes, at) << 8) >> 8;

const parseLegacy = (tag: Uint8Array): VideoTag => {
	const frameType = u8(tag, 0) >> 4;
	const codecId = u8(tag, 0) & 15;
	if (frameType === commandFrame) return nothing;
	const codec = legacyCodecs.get(codecId);
	if (codec === undefined)
		throw new LivestillError('UNSUPPORTED_CODEC', `video tag has codec id ${codecId}, 7 and 12 are known`);
	if (tag.length < 5) return fail(`has ${tag.length} bytes`);
	const data = tag.subarray(5);
	switch (u8(tag, 1)) {
		case 0:
			return { kind: 'config', codec, data };
		case 1: {
			const keyframe = frameType === keyFrame || frameType === generatedKeyFrame;
			return { kind: 'frame', codec, keyframe, compositionTime: signed24(tag, 2), data };
		}
		case 2:
			// End of sequence comes with frame type 1 and is no keyframe.
			return nothing;
		default:
			return fail(`has packet type ${u8(tag, 1)}`);
	}
};

const codecOfFourCc = (tag: Uint8Array, at: number): Codec => {
	const fourCc = String.fromCharCode(...tag.subarray(at, at + 4));
	const codec = fourCcs.get(fourCc);
	if (codec !== undefined) return codec;
	const printable = fourCc.replace(/[^ -~]/g, '?');
	throw new LivestillError('UNSUPPORTED_CODEC', `video tag has FourCC ${printable}, known are ${[...fourCcs.keys()]}`);
};

const parseBody = (codec: Codec, type: number, keyframe: boolean, body: Uint8Array): VideoTag => {
	if (type === packetType.sequenceStart) return { kind: 'config', codec, data: body };
	if (type === packetType.codedFramesX) return { kind: 'frame', codec, keyframe, compositionTime: 0, data: body };
	if (type !== packetType.codedFrames) return nothing;
	if (codec !== 'h264' && codec !== 'hevc') return { kind: 'frame', codec, keyframe, compositionTime: 0, data: body };
	if (body.length < 3) return fail('has no composition time');
	return { kind: 'frame', codec, keyframe, compositionTime: signed24(body, 0), data: body.subarray(3) };
};

/** Finds track 0 of a multitrack message. Other tracks are other pictures of the same stream: one is enough. */
const parseTracks = (tag: Uint8Array, start: number, keyframe: boolean): VideoTag => {
	let at = start;
	const need = (bytes: number): void => {
		if (tag.length - at < bytes) fail('is cut off between tracks');
	};
	need(1);
	const tracksType = u8(tag, at) >> 4;
	const type = u8(tag, at) & 15;
	at += 1;
	if (tracksType > multitrackType.manyTracksManyCodecs) return fail(`has multitrack type ${tracksType}`);
	if (type === packetType.multitrack) return fail('has a multitrack inside a multitrack');
	const isManyCodecs = tracksType === multitrackType.manyTracksManyCodecs;
	let fourCcAt = at;
	if (!isManyCodecs) {
		need(4);
		at += 4;
	}
	while (at < tag.length) {
		if (isManyCodecs) {
			need(4);
			fourCcAt = at;
			at += 4;
		}
		need(1);
		const trackId = u8(tag, at);
		at += 1;
		let size = tag.length - at;
		if (tracksType !== multitrackType.oneTrack) {
			need(3);
			size = u24(tag, at);
			at += 3;
			need(size);
		}
		if (trackId === 0) return parseBody(codecOfFourCc(tag, fourCcAt), type, keyframe, tag.subarray(at, at + size));
		at += size;
	}
	return nothing;
};

const parseEnhanced = (tag: Uint8Array): VideoTag => {
	const frameType = (u8(tag, 0) >> 4) & 7;
	const keyframe = frameType === keyFrame || frameType === generatedKeyFrame;
	let type = u8(tag, 0) & 15;
	let at = 1;
	while (type === packetType.modEx) {
		// Size minus one in 8 bits, or 255 and then in 16; the data; then the next packet type in the low half of a byte.
		let size = u8(tag, at) + 1;
		at += 1;
		if (size === 256) {
			size = u16(tag, at) + 1;
			at += 2;
		}
		at += size;
		if (at >= tag.length) return fail('is cut off in ModEx');
		type = u8(tag, at) & 15;
		at += 1;
	}
	if (type === packetType.metadata || frameType === commandFrame) return nothing;
	if (type === packetType.multitrack) return parseTracks(tag, at, keyframe);
	if (tag.length < at + 4) return fail(`has ${tag.length} bytes`);
	return parseBody(codecOfFourCc(tag, at), type, keyframe, tag.subarray(at + 4));
};

/**
 * Reads a video message. Also reads the beginning of one: then `data` is the beginning of the frame, except in a
 * multitrack message, which is refused when it is cut off.
 *
 * @throws LivestillError `PROTOCOL_VIOLATION` or `UNSUPPORTED_CODEC`
 */
export const parseVideoTag = (tag: Uint8Array): VideoTag => {
	if (tag.length === 0) return nothing;
	return u8(tag, 0) & 0x80 ? parseEnhanced(tag) : parseLegacy(tag);
};
