/** HEVC keyframes: an access unit whose slices are all of random access pictures, with its parameter sets in front. */
import { parseHvcc } from '../../src/shared/hevc/hvcc.ts';
import {
	hevcNalHeaderSize,
	hevcNalType,
	hevcNalTypeOf,
	isHevcSlice,
	isIntraRandomAccess,
} from '../../src/shared/hevc/nal.ts';
import { HevcParameterSets, isHevcParameterSet } from '../../src/shared/hevc/parameter-sets.ts';
import { peekHevcSps } from '../../src/shared/hevc/sps.ts';
import { damaged, keyframeUnit, maxParameterSetBytes, type NalAssembler } from './assembler.ts';
import { splitLengthPrefixed } from './length-prefixed.ts';
import { orientationOf } from './orientation.ts';

const unused: ReadonlySet<number> = new Set([hevcNalType.accessUnitDelimiter, hevcNalType.fillerData]);

export const createHevcAssembler = (): NalAssembler => {
	let sets = new HevcParameterSets();
	let lengthSize = 4;

	// Copies: the sets outlive the message that brought them.
	const remember = (nals: readonly Uint8Array[]): void => {
		for (const nal of nals)
			if (isHevcParameterSet(hevcNalTypeOf(nal)) && nal.length <= maxParameterSetBytes) sets.add(nal.slice());
	};

	const assembleNals: NalAssembler['assembleNals'] = (nals, timestamp) => {
		remember(nals);
		const slices = nals.map(hevcNalTypeOf).filter(isHevcSlice);
		if (slices.length === 0 || !slices.every(isIntraRandomAccess)) return null;
		const sps = sets.ofType(hevcNalType.sps)[0] ?? damaged('HEVC: the sequence parameter set is missing');
		if (sets.ofType(hevcNalType.pps).length === 0) damaged('HEVC: the picture parameter set is missing');
		const { width, height } = peekHevcSps(sps) ?? damaged('HEVC: the sequence parameter set is damaged');
		const payloads = sets.units();
		for (const nal of nals) {
			const type = hevcNalTypeOf(nal);
			if (!isHevcParameterSet(type) && !unused.has(type)) payloads.push(nal);
		}
		const seis = nals.filter((nal) => hevcNalTypeOf(nal) === hevcNalType.prefixSei);
		return keyframeUnit({
			codec: 'hevc',
			payloads,
			timestamp,
			width,
			height,
			...orientationOf(seis, hevcNalHeaderSize),
		});
	};

	return {
		configure: (record) => {
			const config = parseHvcc(record);
			lengthSize = config.lengthSize;
			sets = new HevcParameterSets();
			remember(config.nals);
		},
		isWorthKeeping: (head) => {
			for (const nal of splitLengthPrefixed(head, lengthSize, true)) {
				const type = hevcNalTypeOf(nal);
				if (isHevcParameterSet(type)) return true;
				if (isHevcSlice(type)) return isIntraRandomAccess(type);
			}
			return true;
		},
		addParameterSets: remember,
		assemble: (data, timestamp) => assembleNals(splitLengthPrefixed(data, lengthSize), timestamp),
		assembleNals,
	};
};
