/**
 * H.264 in RTP, packetization modes 0 and 1. RFC 6184 § 5.
 *
 *     single NAL unit   | F 1, NRI 2, type 1–23 | NAL unit's bytes |
 *     STAP-A            | F 1, NRI 2, type 24 | size 16 | NAL unit | size 16 | NAL unit | …
 *     FU-A              | F 1, NRI 2, type 28 | S 1, E 1, R 1, type 5 | fragment |
 *
 * The other types belong to the interleaved mode, which nobody offers.
 */
import { LivestillError } from '../../../src/shared/errors.ts';
import { isIntraAccessUnit } from '../../../src/shared/h264/keyframe.ts';
import { nalType, nalUnitType } from '../../../src/shared/h264/nal.ts';
import { u8 } from '../bytes.ts';
import { createDepacketiser, type Depacketiser } from './depacketiser.ts';
import { createNalUnits } from './nal-units.ts';

const stapA = 24;
const fuA = 28;
const startBit = 0x80;
const endBit = 0x40;

/** A slice with first_mb_in_slice 0, whose first bit is 1, or what comes before the slices. H.264 §§ 7.3.3, 7.4.1.2.3 */
const looksFirst = (type: number, next: number): boolean =>
	type === nalType.slice || type === nalType.sliceIdr ? next >= 0x80 : type === nalType.sei || type === nalType.pps;

const isParameterSet = (nal: Uint8Array): boolean =>
	nalUnitType(nal) === nalType.sps || nalUnitType(nal) === nalType.pps;

/** Type of the first NAL unit and the byte behind its header; `null`: the packet begins in the middle of one. */
const firstNal = (payload: Uint8Array): { readonly type: number; readonly next: number } | null => {
	const type = u8(payload, 0) & 31;
	if (type === stapA) return { type: u8(payload, 3) & 31, next: u8(payload, 4) };
	if (type !== fuA) return { type, next: u8(payload, 1) };
	return u8(payload, 1) & startBit ? { type: u8(payload, 1) & 31, next: u8(payload, 2) } : null;
};

const fail = (why: string): never => {
	throw new LivestillError('PROTOCOL_VIOLATION', `H.264 payload: ${why}`);
};

export const createH264Depacketiser = (): Depacketiser => {
	const nals = createNalUnits();

	const addFragment = (payload: Uint8Array): void => {
		const header = u8(payload, 1);
		if (payload.length < 2) fail('FU-A is cut off');
		if ((header & startBit) === 0) {
			nals.append(payload.subarray(2), (header & endBit) !== 0);
			return;
		}
		if (header & endBit) fail('FU-A starts and ends');
		const fragment = payload.slice(1);
		fragment[0] = (u8(payload, 0) & 0xe0) | (header & 31);
		nals.start(fragment);
	};

	return createDepacketiser({
		begins: (payload, isFirst) => {
			const first = firstNal(payload);
			if (first === null) return false;
			// Anything else may be behind a parameter set that is missing, and an old one be taken for it.
			if (first.type === nalType.accessUnitDelimiter || first.type === nalType.sps) return true;
			return isFirst && looksFirst(first.type, first.next);
		},
		add: (payload) => {
			const type = u8(payload, 0) & 31;
			if (type >= 1 && type < stapA) nals.add(payload);
			else if (type === stapA) nals.addAggregate(payload.subarray(1));
			else if (type === fuA) addFragment(payload);
			else fail(`type ${type} is not of packetization mode 0 or 1`);
		},
		isKeyframe: () => {
			const heads = nals.heads();
			return heads.some(isParameterSet) || isIntraAccessUnit(heads);
		},
		finish: nals.finish,
		clear: nals.clear,
	});
};
