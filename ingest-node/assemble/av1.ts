/**
 * AV1 keyframes: a temporal unit in the low-overhead format (AV1 § 5.2): delimiter, sequence header, frame, each with its
 * size. ISO-BMFF and FLV leave out the delimiter and, mostly, sizes and sequence header of later keyframes.
 */
import { isShownKeyframe } from '../../src/shared/av1/frame-header.ts';
import { type Obu, obuType, sizedObuHeader, splitObus } from '../../src/shared/av1/obu.ts';
import { type Av1SequenceHeader, parseAv1SequenceHeader } from '../../src/shared/av1/sequence-header.ts';
import { type Assembler, damaged, keyframeUnit } from './assembler.ts';

const temporalDelimiter = Uint8Array.of((obuType.temporalDelimiter << 3) | 2, 0);

/** Bytes of an `av1C` before its OBUs. AV1 in ISO-BMFF § 2.3.3. */
const av1cFixedSize = 4;

const unused: ReadonlySet<number> = new Set([obuType.temporalDelimiter, obuType.padding]);

interface Sequence {
	readonly obu: Obu;
	readonly header: Av1SequenceHeader;
}

const sequenceIn = (obus: readonly Obu[]): Sequence | null => {
	const obu = obus.find(({ type }) => type === obuType.sequenceHeader);
	if (obu === undefined) return null;
	const header = parseAv1SequenceHeader(obu.payload);
	return header === null ? null : { obu, header };
};

const frameIn = (obus: readonly Obu[]): Obu | undefined =>
	obus.find(({ type }) => type === obuType.frame || type === obuType.frameHeader);

export const createAv1Assembler = (): Assembler => {
	let known: Sequence | null = null;
	return {
		configure: (record) => {
			// Some publishers send an av1C without OBUs: then the first keyframe brings its sequence header.
			known = sequenceIn(splitObus(record.slice(av1cFixedSize))) ?? known;
		},
		isWorthKeeping: (head) => {
			const obus = splitObus(head, true);
			const frame = frameIn(obus);
			const sequence = sequenceIn(obus) ?? known;
			if (frame === undefined || frame.payload.length === 0 || sequence === null) return true;
			return isShownKeyframe(frame.payload, sequence.header);
		},
		assemble: (data, timestamp) => {
			const obus = splitObus(data);
			const inBand = sequenceIn(obus);
			if (inBand !== null)
				// A copy: the sequence header outlives the keyframe that brought it.
				known = {
					header: inBand.header,
					obu: { ...inBand.obu, header: inBand.obu.header.slice(), payload: inBand.obu.payload.slice() },
				};
			const sequence = known ?? damaged('AV1: the sequence header is missing');
			const frame = frameIn(obus);
			if (frame === undefined || !isShownKeyframe(frame.payload, sequence.header)) return null;
			const rest = obus.filter(({ type }) => !unused.has(type) && type !== obuType.sequenceHeader);
			const payloads: Uint8Array[] = [temporalDelimiter];
			for (const obu of [sequence.obu, ...rest]) {
				payloads.push(sizedObuHeader(obu));
				if (obu.payload.length > 0) payloads.push(obu.payload);
			}
			const { width, height } = sequence.header;
			return keyframeUnit({ codec: 'av1', payloads, timestamp, width, height });
		},
	};
};
