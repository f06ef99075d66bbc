/** AV1 in an MP4: `av01` and `av1C`. "AV1 Codec ISO Media File Format Binding" § 2.2, § 2.3 */
import { keyframeSize } from '../shared/av1/frame-header.ts';
import { type Obu, obuType, sizedObuHeader, splitObus } from '../shared/av1/obu.ts';
import { type Av1SequenceHeader, parseAv1SequenceHeader } from '../shared/av1/sequence-header.ts';
import { LivestillError } from '../shared/errors.ts';
import { box, type Part } from './box.ts';
import type { CodedFrame } from './sample-entry.ts';

const damaged = (why: string): never => {
	throw new LivestillError('FRAME_DAMAGED', `AV1: ${why}`);
};

/** seq_profile, and level and tier of the first operating point: § 5.5.1. */
const profileOf = (payload: Uint8Array): { profile: number; level: number; tier: number } => {
	const [first = 0, second = 0, , fourth = 0] = payload;
	const profile = first >> 5;
	// still_picture, reduced_still_picture_header: then the level follows at once, five bits.
	if ((first & 0b1000) !== 0) return { profile, level: ((first & 7) << 2) | (second >> 6), tier: 0 };
	// With timing information the level may be anywhere; 31 sets no bounds.
	if ((first & 0b100) !== 0) return { profile, level: 31, tier: 0 };
	// Behind 3 + 1 + 1 + 1 + 1 + 5 + 12 bits: five of the level, then the tier if there is a choice.
	const level = fourth >> 3;
	return { profile, level, tier: level > 7 ? (fourth >> 2) & 1 : 0 };
};

const configurationBox = (sequence: Av1SequenceHeader, obu: Obu): Uint8Array => {
	const { profile, level, tier } = profileOf(obu.payload);
	const { bitDepth, monochrome, subsamplingX, subsamplingY } = sequence.color;
	const format =
		(tier << 7) |
		(Number(bitDepth > 8) << 6) |
		(Number(bitDepth === 12) << 5) |
		(Number(monochrome) << 4) |
		(subsamplingX << 3) |
		(subsamplingY << 2);
	return box('av1C', [0x81, (profile << 5) | level, format, 0], sizedObuHeader(obu), obu.payload);
};

const isFrame = ({ type }: Obu): boolean => type === obuType.frame || type === obuType.frameHeader;

/** @throws LivestillError `FRAME_DAMAGED` */
export const av1Frame = (body: Uint8Array): CodedFrame => {
	const obus = splitObus(body);
	const sequenceObu = obus.find(({ type }) => type === obuType.sequenceHeader) ?? damaged('no sequence header');
	const sequence = parseAv1SequenceHeader(sequenceObu.payload) ?? damaged('the sequence header is cut off');
	const frame = obus.find(isFrame) ?? damaged('no frame');
	const size = keyframeSize(frame, sequence) ?? damaged('the frame header is cut off');
	// § 2.4: a sample has no temporal delimiter.
	const kept = obus.filter(({ type }) => type !== obuType.temporalDelimiter && type !== obuType.padding);
	const sample: Part[] = kept.flatMap((obu) => [sizedObuHeader(obu), obu.payload]);
	const configuration = configurationBox(sequence, sequenceObu);
	return { ...size, sampleAspect: 1, entry: 'av01', configuration, sample };
};
