/**
 * HEVC in RTP, without decoding order numbers (`sprop-max-don-diff` is 0). RFC 7798 § 4.4.
 *
 *     single NAL unit  | F 1, type 6, layer 6, TID 3 | NAL unit's bytes |
 *     AP               | the same with type 48 | size 16 | NAL unit | size 16 | NAL unit | …
 *     FU               | the same with type 49 | S 1, E 1, type 6 | fragment |
 */
import { LivestillError } from '../../../src/shared/errors.ts';
import { hevcNalType, hevcNalTypeOf, isHevcSlice, isIntraRandomAccess } from '../../../src/shared/hevc/nal.ts';
import { isHevcParameterSet } from '../../../src/shared/hevc/parameter-sets.ts';
import { u8 } from '../bytes.ts';
import { createDepacketiser, type Depacketiser } from './depacketiser.ts';
import { createNalUnits } from './nal-units.ts';

const aggregation = 48;
const fragmentation = 49;
const prefixSei = 39;
const startBit = 0x80;
const endBit = 0x40;

/** A slice with first_slice_segment_in_pic_flag, or what comes before the slices. H.265 §§ 7.3.6.1, 7.4.2.4.4 */
const looksFirst = (type: number, next: number): boolean =>
	isHevcSlice(type) ? next >= 0x80 : type === prefixSei || isHevcParameterSet(type);

/** Type of the first NAL unit and the byte behind its header; `null`: the packet begins in the middle of one. */
const firstNal = (payload: Uint8Array): { readonly type: number; readonly next: number } | null => {
	const type = hevcNalTypeOf(payload);
	if (type === aggregation) return { type: hevcNalTypeOf(payload.subarray(4)), next: u8(payload, 6) };
	if (type !== fragmentation) return { type, next: u8(payload, 2) };
	return u8(payload, 2) & startBit ? { type: u8(payload, 2) & 63, next: u8(payload, 3) } : null;
};

const fail = (why: string): never => {
	throw new LivestillError('PROTOCOL_VIOLATION', `HEVC payload: ${why}`);
};

export const createHevcDepacketiser = (): Depacketiser => {
	const nals = createNalUnits();

	const addFragment = (payload: Uint8Array): void => {
		if (payload.length < 3) fail('a fragmentation unit is cut off');
		const header = u8(payload, 2);
		if ((header & startBit) === 0) {
			nals.append(payload.subarray(3), (header & endBit) !== 0);
			return;
		}
		if (header & endBit) fail('a fragmentation unit starts and ends');
		const fragment = payload.slice(1);
		fragment[0] = (u8(payload, 0) & 0x81) | ((header & 63) << 1);
		fragment[1] = u8(payload, 1);
		nals.start(fragment);
	};

	return createDepacketiser({
		begins: (payload, isFirst) => {
			const first = firstNal(payload);
			if (first === null) return false;
			// Anything else may be behind a parameter set that is missing, and an old one be taken for it.
			if (first.type === hevcNalType.accessUnitDelimiter || first.type === hevcNalType.vps) return true;
			return isFirst && looksFirst(first.type, first.next);
		},
		add: (payload) => {
			const type = hevcNalTypeOf(payload);
			if (type < 0) fail('one byte');
			if (type < aggregation) nals.add(payload);
			else if (type === aggregation) nals.addAggregate(payload.subarray(2));
			else if (type === fragmentation) addFragment(payload);
			else fail(`type ${type} is unknown`);
		},
		isKeyframe: () => {
			const types = nals.heads().map(hevcNalTypeOf);
			return types.some(isHevcParameterSet) || types.some(isIntraRandomAccess);
		},
		finish: nals.finish,
		clear: nals.clear,
	});
};
