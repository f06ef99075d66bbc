/**
 * Makes the video tags of a stream from its access units: the sequence header, then one tag a picture. H.264 goes into
 * legacy tags unless `enhanced` is asked for, the other codecs into enhanced ones. Enhanced RTMP v2, "Enhanced Video".
 */
import { bytesOfU32, concatBytes } from '../../ingest-node/protocols/bytes.ts';
import type { MediaTag } from './flv-file.ts';

type VideoCodec = 'h264' | 'hevc' | 'vp8' | 'vp9' | 'av1';

export interface VideoStream {
	readonly codec: VideoCodec;
	/**
	 * Pictures in decoding order: Annex B for `h264` and `hevc`, the first with its parameter sets; else the frame or
	 * temporal unit. Without reordering: each is shown when it is decoded.
	 */
	readonly accessUnits: readonly Uint8Array[];
	/** Pictures a second. */
	readonly frameRate: number;
	/** H.264 in enhanced tags, FourCC `avc1`. */
	readonly enhanced?: boolean;
	/** Whether a picture is flagged as a keyframe; by default those whose bitstream says so. */
	readonly isKeyframe?: (accessUnit: Uint8Array, index: number) => boolean;
}

const fourCcOf: Readonly<Record<VideoCodec, string>> = {
	h264: 'avc1',
	hevc: 'hvc1',
	vp8: 'vp08',
	vp9: 'vp09',
	av1: 'av01',
};

/** NAL units of an Annex B stream, without start codes. H.264 § B.1 */
const splitAnnexB = (bytes: Uint8Array): Uint8Array[] => {
	const starts: number[] = [];
	for (let at = 0; at + 3 <= bytes.length; at += 1)
		if (bytes[at] === 0 && bytes[at + 1] === 0 && bytes[at + 2] === 1) starts.push(at + 3);
	return starts.map((start, index) => {
		let end = (starts[index + 1] ?? bytes.length + 3) - 3;
		while (end > start && bytes[end - 1] === 0) end -= 1;
		return bytes.subarray(start, end);
	});
};

const typeOf = (codec: VideoCodec, nal: Uint8Array): number => {
	const first = nal[0] ?? 0;
	return codec === 'h264' ? first & 31 : (first >> 1) & 63;
};

const u16 = (value: number): Uint8Array => Uint8Array.of(value >> 8, value & 255);

const withLength = (nal: Uint8Array): Uint8Array => concatBytes([u16(nal.length), nal]);

/** AVCDecoderConfigurationRecord, ISO/IEC 14496-15 § 5.3.3.1. */
const avcc = (nals: readonly Uint8Array[]): Uint8Array => {
	const sps = nals.filter((nal) => typeOf('h264', nal) === 7);
	const pps = nals.filter((nal) => typeOf('h264', nal) === 8);
	const profile = sps[0]?.subarray(1, 4) ?? new Uint8Array(3);
	const sets = [Uint8Array.of(0xe0 | sps.length), ...sps.map(withLength), Uint8Array.of(pps.length)];
	return concatBytes([Uint8Array.of(1), profile, Uint8Array.of(0xff), ...sets, ...pps.map(withLength)]);
};

/** HEVCDecoderConfigurationRecord, ISO/IEC 14496-15 § 8.3.3.1; what only a player needs is left at its neutral value. */
const hvcc = (nals: readonly Uint8Array[]): Uint8Array => {
	const arrays = [32, 33, 34].map((type) => {
		const sets = nals.filter((nal) => typeOf('hevc', nal) === type);
		return concatBytes([Uint8Array.of(0x80 | type), u16(sets.length), ...sets.map(withLength)]);
	});
	const profileTierLevel = nals.find((nal) => typeOf('hevc', nal) === 33)?.subarray(3, 15) ?? new Uint8Array(12);
	const fixed = Uint8Array.of(0xf0, 0, 0xfc, 0xfd, 0xf8, 0xf8, 0, 0, 0x0f, arrays.length);
	return concatBytes([Uint8Array.of(1), profileTierLevel, fixed, ...arrays]);
};

const sequenceHeader = (codec: VideoCodec, first: Uint8Array): Uint8Array => {
	if (codec === 'h264') return avcc(splitAnnexB(first));
	if (codec === 'hevc') return hvcc(splitAnnexB(first));
	// av1C without OBUs: the first temporal unit brings its sequence header. vpcC: profile 0, level unknown, 4:2:0.
	return codec === 'av1' ? Uint8Array.of(0x81, 0, 0x0c, 0) : Uint8Array.of(1, 0, 0, 0, 0, 0, 0x82, 2, 2, 2, 0, 0);
};

const looksLikeKeyframe = (codec: VideoCodec, unit: Uint8Array): boolean => {
	if (codec === 'h264') return splitAnnexB(unit).some((nal) => typeOf(codec, nal) === 5);
	if (codec === 'hevc') return splitAnnexB(unit).some((nal) => (typeOf(codec, nal) & 0x38) === 16);
	if (codec === 'vp8') return ((unit[0] ?? 1) & 1) === 0;
	if (codec === 'vp9') return ((unit[0] ?? 4) & 0x0c) === 0;
	return true;
};

const tagHeader = (stream: VideoStream, isConfig: boolean, isKeyframe: boolean): Uint8Array => {
	const frameType = isKeyframe ? 1 : 2;
	if (stream.codec === 'h264' && stream.enhanced !== true)
		return Uint8Array.of((frameType << 4) | 7, isConfig ? 0 : 1, 0, 0, 0);
	const packetType = isConfig ? 0 : 3;
	const fourCc = Uint8Array.from(fourCcOf[stream.codec], (letter) => letter.charCodeAt(0));
	// CodedFramesX carries no composition time for any codec.
	return concatBytes([Uint8Array.of(0x80 | (frameType << 4) | packetType), fourCc]);
};

const frameData = (codec: VideoCodec, unit: Uint8Array): Uint8Array => {
	if (codec !== 'h264' && codec !== 'hevc') return unit;
	return concatBytes(splitAnnexB(unit).flatMap((nal) => [bytesOfU32(nal.length), nal]));
};

/** Sequence header and one tag for each access unit. */
export const videoTags = (stream: VideoStream): MediaTag[] => {
	const { codec, accessUnits, frameRate } = stream;
	const first = accessUnits[0];
	if (first === undefined) return [];
	const config = concatBytes([tagHeader(stream, true, true), sequenceHeader(codec, first)]);
	const frames = accessUnits.map((unit, index): MediaTag => {
		const isKeyframe = stream.isKeyframe?.(unit, index) ?? looksLikeKeyframe(codec, unit);
		const payload = concatBytes([tagHeader(stream, false, isKeyframe), frameData(codec, unit)]);
		return { typeId: 9, timestamp: Math.round((index * 1000) / frameRate), payload };
	});
	return [{ typeId: 9, timestamp: 0, payload: config }, ...frames];
};
