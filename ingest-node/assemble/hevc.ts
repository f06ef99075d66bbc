/** HEVC keyframes: an access unit whose slices are all of random access pictures, with its parameter sets in front. */
import { parseHvcc } from '../../src/shared/hevc/hvcc.ts';
import { hevcNalType, hevcNalTypeOf, isHevcSlice, isIntraRandomAccess } from '../../src/shared/hevc/nal.ts';
import { createRbsp } from '../../src/shared/hevc/rbsp.ts';
import { parseHevcSps } from '../../src/shared/hevc/sps.ts';
import { type Assembler, damaged, keyframeUnit } from './assembler.ts';
import { splitLengthPrefixed } from './length-prefixed.ts';
import { createParameterSets } from './parameter-sets.ts';

/** Kinds of parameter sets in the order in which they refer to each other, last one last. */
const setTypes = [hevcNalType.vps, hevcNalType.sps, hevcNalType.pps] as const;

const unused: ReadonlySet<number> = new Set([hevcNalType.accessUnitDelimiter, hevcNalType.fillerData]);

/** Id of a parameter set; -1 when it has none that can be read. */
const idOf = (nal: Uint8Array): number => {
	const type = hevcNalTypeOf(nal);
	if (type === hevcNalType.sps) return parseHevcSps(nal)?.id ?? -1;
	const rbsp = createRbsp(nal);
	return type === hevcNalType.vps ? rbsp.f(4) : rbsp.ue();
};

export const createHevcAssembler = (): Assembler => {
	const sets = createParameterSets(setTypes, hevcNalTypeOf, idOf);
	let lengthSize = 4;
	return {
		configure: (record) => {
			const config = parseHvcc(record);
			lengthSize = config.lengthSize;
			sets.replace(config.nals);
		},
		isWorthKeeping: (head) => {
			for (const nal of splitLengthPrefixed(head, lengthSize, true)) {
				const type = hevcNalTypeOf(nal);
				if (sets.isSet(type)) return true;
				if (isHevcSlice(type)) return isIntraRandomAccess(type);
			}
			return true;
		},
		assemble: (data, timestamp) => {
			const nals = splitLengthPrefixed(data, lengthSize);
			sets.remember(nals);
			const slices = nals.map(hevcNalTypeOf).filter(isHevcSlice);
			if (slices.length === 0 || !slices.every(isIntraRandomAccess)) return null;
			const payloads = sets.complete() ?? damaged('HEVC: a parameter set is missing');
			const sps = payloads.find((nal) => hevcNalTypeOf(nal) === hevcNalType.sps);
			const size = (sps && parseHevcSps(sps)) ?? damaged('HEVC: the sequence parameter set is damaged');
			for (const nal of nals) {
				const type = hevcNalTypeOf(nal);
				if (!sets.isSet(type) && !unused.has(type)) payloads.push(nal);
			}
			return keyframeUnit({ codec: 'hevc', payloads, timestamp, width: size.width, height: size.height });
		},
	};
};
